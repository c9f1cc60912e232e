/** Pictures that wait for the person's next message. */
import type { Part } from "../../node/chat.ts";
import type { Files } from "../../security/sandbox/files/files.ts";
import { EXIT, Exit, short } from "../failure.ts";
import { imagePart, workspaceImage } from "./image.ts";
import type { Answering } from "../model.ts";
import { FIXED_COMMANDS, type Talk } from "../talk.ts";

/** `take` gives all that wait, once. */
export function attachments(files: Files, answering: () => Answering): Pick<Talk, "attach"> & { take(): Part[] } {
  const waiting: Part[] = [];
  return {
    async attach(image, signal) {
      const { images, model } = answering();
      if (images === false) {
        const who = model === FIXED_COMMANDS ? "commands without a model read" : `${short(model)} reads`;
        throw new Exit(EXIT.usage, `Cannot attach an image: ${who} none`);
      }
      const part = typeof image === "string"
        ? await workspaceImage(image, files, signal)
        : imagePart("from standard input", image);
      waiting.push(part);
      return `${part.type === "image" ? part.mime : part.type} attached; it goes with your next message`;
    },
    take: () => waiting.splice(0),
  };
}

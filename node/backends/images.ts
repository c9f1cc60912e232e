/** Pictures go only to models that read them. */
import { ChatError, type ChatRequest, type Message, type Part } from "../chat.ts";

/** Whether the model reads images; undefined = its server does not tell. */
export type Images = boolean | undefined;

type About = { model: string; images: Images };

/** Throws `ChatError` `refused` if `request` shows an image to a model that reads none: it would answer unseeing. */
export function refuseImages(request: ChatRequest, { model, images }: About): void {
  if (images === false && hasImages(request)) {
    throw new ChatError("refused", `Cannot show an image to the model ${model}: it reads text only; choose another`);
  }
}

/** What to say where a picture goes to a model of which it is not known whether it sees. */
export function imagesNotice(request: ChatRequest, { model, images }: About): string[] {
  if (images !== undefined || !hasImages(request)) return [];
  return [`Whether ${model} reads images is unknown: its server does not tell.`];
}

function hasImages({ messages }: ChatRequest): boolean {
  return messages.some((message) => partsOf(message).some((part) => part.type === "image"));
}

function partsOf(message: Message): readonly Part[] {
  return message.role === "tool" ? message.result.content : message.content;
}

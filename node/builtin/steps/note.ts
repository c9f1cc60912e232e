/** Notes kept and found, by the tools that own them. */
import type { FrameOf } from "../frame.ts";
import type { Steps } from "../step.ts";
import { saidBy } from "./machine.ts";

export function rememberSteps({ text }: FrameOf<"remember">): Steps {
  return saidBy("remember", { text });
}

export function recallSteps({ query }: FrameOf<"recall">): Steps {
  return saidBy("recall", { query });
}

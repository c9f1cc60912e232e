/** Answers about the machine, from `system_info`. */
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { call, type Steps } from "../step.ts";

export function* systemSteps(_frame: FrameOf<"system">): Steps {
  const result = yield* call("system_info", {});
  return textOf(result.content).trim();
}

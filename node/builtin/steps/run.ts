/** A command line that the person typed as such; `shell` asks for approval and confines it. */
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { call, type Steps } from "../step.ts";

export function* runSteps(frame: FrameOf<"run">): Steps {
  const result = yield* call("shell", { line: frame.line });
  return textOf(result.content).trim() || "(no output)";
}

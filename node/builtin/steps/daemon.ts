/** Answers about services, logs and containers, in the words of their tools. */
import type { FrameOf } from "../frame.ts";
import type { Steps } from "../step.ts";
import { saidBy } from "./machine.ts";

export function servicesSteps({ state, name }: FrameOf<"services">): Steps {
  if (name !== undefined) return saidBy("services", { name });
  return saidBy("services", { failed: state === "failed" || undefined });
}

export function journalSteps({ unit, lines }: FrameOf<"journal">): Steps {
  return saidBy("journal", { unit, lines });
}

export function containersSteps({ all }: FrameOf<"containers">): Steps {
  return saidBy("containers", { all });
}

export function containerLogSteps({ name, lines }: FrameOf<"container_log">): Steps {
  return saidBy("containers", { logs: name, lines });
}

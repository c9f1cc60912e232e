/** Answers about services, logs and containers, in the words of the tool that looks at them. */
import type { FrameOf } from "../frame.ts";
import type { Steps } from "../step.ts";
import { saidBy } from "./machine.ts";

export function servicesSteps({ state, name }: FrameOf<"services">): Steps {
  if (name !== undefined) return saidBy("machine", { about: "service", name });
  return saidBy("machine", { about: state === "failed" ? "failed_services" : "services" });
}

export function journalSteps({ unit, lines }: FrameOf<"journal">): Steps {
  return saidBy("machine", { about: "journal", name: unit, lines });
}

export function containersSteps(_frame: FrameOf<"containers">): Steps {
  return saidBy("machine", { about: "containers" });
}

export function containerLogSteps({ name, lines }: FrameOf<"container_log">): Steps {
  return saidBy("machine", { about: "container_logs", name, lines });
}

/** Answers about services, logs and containers, in the words of the tool that looks at them. */
import type { FrameOf } from "../frame.ts";
import { StepFailed, type Steps } from "../step.ts";
import { saidBy } from "./machine.ts";

/** The tool knows only what this machine has; what it does not know is not here. */
function* ofMachine(args: Record<string, unknown>, source: string): Steps {
  try {
    return yield* saidBy("machine", args);
  } catch (error) {
    if (!(error instanceof StepFailed) || !error.message.includes("Invalid option")) throw error;
    throw new StepFailed(`unavailable: there is no ${source} on this machine that answers.`);
  }
}

export function servicesSteps({ state, name }: FrameOf<"services">): Steps {
  if (name !== undefined) return ofMachine({ about: "service", name }, "systemd");
  return ofMachine({ about: state === "failed" ? "failed_services" : "services" }, "systemd");
}

export function journalSteps({ unit, lines }: FrameOf<"journal">): Steps {
  return ofMachine({ about: "journal", name: unit, lines }, "systemd");
}

export function containersSteps(_frame: FrameOf<"containers">): Steps {
  return ofMachine({ about: "containers" }, "docker or podman");
}

export function containerLogSteps({ name, lines }: FrameOf<"container_log">): Steps {
  return ofMachine({ about: "container_logs", name, lines }, "docker or podman");
}

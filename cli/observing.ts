/** Questions about this machine from a command, and what the machine is made of. */
import type { Ask } from "../node/hardware/ask.ts";
import type { Hardware } from "../node/hardware/hardware.ts";
import type { Powers } from "../security/sandbox/grant.ts";
import { machineFacts } from "./machine_facts.ts";

/** What the launcher of this process can do and whom it lets ask; null where this process has none. */
export async function openObserving(signal: AbortSignal): Promise<{ powers: Powers; ask: Ask } | null> {
  const [{ launcherOfThisProcess }, { observeBy }] = await Promise.all([
    import("./machine.ts"),
    import("../security/sandbox/launched.ts"),
  ]);
  const launcher = launcherOfThisProcess()?.launcher;
  if (!launcher) return null;
  return { powers: await launcher.powers(signal), ask: observeBy(launcher) };
}

/** The hardware as the launcher's answers tell it; without a launcher each part says so. */
export async function hardwareOf(
  ask: Ask | null,
  stateDirectory: string,
  signal: AbortSignal,
): Promise<Hardware> {
  const { readHardware } = await import("../node/hardware/hardware.ts");
  const { os, memoryBytes, memoryFreeBytes } = machineFacts();
  const nobody: Ask = () => Promise.reject(new Error("unavailable: no launcher started this process"));
  const facts = { os, memoryBytes, memoryFreeBytes };
  return await readHardware({ ask: ask ?? nobody, facts, stateDirectory, build: Deno.build }, signal);
}

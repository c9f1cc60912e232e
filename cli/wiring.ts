/** Where the command line meets the rooms: each command loads only what it needs. */
import { printable } from "../security/display.ts";
import type { Wiring } from "./talk.ts";

export const wiring: Wiring = {
  printable,
  async openTalk(options, person, io, signal) {
    return await (await import("./open_talk.ts")).openTalk(options, person, io, signal);
  },
  async powers(_io, signal) {
    const { launcherOfThisProcess } = await import("./machine.ts");
    return await launcherOfThisProcess()?.launcher.powers(signal) ?? null;
  },
  async observing(signal) {
    return await (await import("./observing.ts")).openObserving(signal);
  },
  async audit(verb, args, io) {
    return await (await import("./stored.ts")).auditCommand(verb, args, io);
  },
  async sessions(verb, args, io) {
    return await (await import("./stored.ts")).sessionsCommand(verb, args, io);
  },
  async models(verb, args, io) {
    return await (await import("./commands/models.ts")).modelsCommand(verb, args, io);
  },
  async rules(verb, args, io) {
    return await (await import("./commands/rules.ts")).rulesCommand(verb, args, io);
  },
};

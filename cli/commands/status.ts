/** `harombe status`: what there is on this machine now. */
import { loadConfig, stateDirectory } from "../config.ts";
import { Exit, plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { hardwareOf, openObserving } from "../observing.ts";
import { stateSize } from "../state/size.ts";
import { exists } from "../exists.ts";
import { statePaths } from "../state/stores.ts";
import type { Status } from "../status_text.ts";
import { VERSION } from "./version.ts";

/** Prints it; 0, also where something of it is not there: it reports. */
export async function status(options: { json?: boolean; hardware?: boolean }, io: Io): Promise<number> {
  const found = await statusOf(options, io);
  if (options.json) io.stdout.write(`${jsonText(found)}\n`);
  else {
    const { statusText } = await import("../status_text.ts");
    io.stdout.write(plainLines(statusText(found, io.now())) + "\n");
  }
  return 0;
}

async function statusOf({ hardware }: { hardware?: boolean }, io: Io): Promise<Status> {
  const path = stateDirectory(io.env);
  const observing = await openObserving(io.signal);
  const [{ config, servers, standing }, sessions, audit, bytes, made] = await Promise.all([
    settledOf(path, observing?.powers ?? null, io),
    sessionsOf(path, io),
    auditOf(path, io),
    stateSize(path, io.signal),
    hardware ? hardwareOf(observing?.ask ?? null, path, io.signal) : null,
  ]);
  const base = {
    version: VERSION,
    state: { path, bytes },
    config,
    standing,
    servers,
    sessions,
    audit,
    powers: observing?.powers ?? null,
  };
  if (made === null) return base;
  const [{ recommend }, { CATALOGUE }] = await Promise.all([
    import("../../node/recommend.ts"),
    import("../../node/catalogue.ts"),
  ]);
  return { ...base, hardware: made, recommendation: recommend(made, CATALOGUE) };
}

async function settledOf(
  path: string,
  powers: Status["powers"],
  io: Io,
): Promise<Pick<Status, "config" | "servers" | "standing">> {
  try {
    const { config: written, exists: there, path: file } = await loadConfig(path, io.harombeVariables(), io.signal);
    const { filledConfig } = await import("../secrets/usable.ts");
    const config = await filledConfig({ directory: path, config: written, launcher: () => null }, io);
    const { candidates, survey } = await import("../../node/backends/auto.ts");
    const { openEmbedded } = await import("../embedded.ts");
    const embedded = await openEmbedded(config, { state: path, launcher: null }, io.signal);
    const options = { privacyMode: config.privacy.mode, embedded };
    const { configured } = candidates(config, options);
    const seen = await survey(config, options, io.signal);
    const servers = seen.filter((one) => configured || "models" in one || one.candidate.kind === "embedded").map((
      one,
    ) => ({
      label: one.candidate.label,
      base: one.candidate.server.base,
      models: "models" in one ? one.models.length : null,
      error: "models" in one ? null : one.error,
    }));
    const { standingOf, waitingIn } = await import("../doctor/standing.ts");
    const standing = standingOf(config, { directory: path, powers, waiting: await waitingIn(path, io.now, io.signal) });
    return {
      config: { ok: true, text: there ? file : `${file} is not there, so all defaults hold` },
      standing,
      servers,
    };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { config: { ok: false, text: error.message }, servers: [] };
  }
}

async function sessionsOf(path: string, io: Io): Promise<Status["sessions"]> {
  const { sessions: file } = statePaths(path);
  if (!exists(file)) return { count: 0, last: null, why: null };
  try {
    const { openSessions } = await import("../../agent/memory/sessions.ts");
    const store = openSessions(file, { now: io.now, readOnly: true });
    try {
      const list = await store.list({ limit: 100_000 }, io.signal);
      return {
        count: list.length,
        last: list.reduce<number | null>((last, one) => Math.max(last ?? 0, one.updatedAt), null),
        why: null,
      };
    } finally {
      store.close();
    }
  } catch (error) {
    io.signal.throwIfAborted();
    return { count: 0, last: null, why: (error as Error).message };
  }
}

/** Records that are verified for a status; a longer log has its own command. */
const MOST_VERIFIED = 20_000;

async function auditOf(path: string, io: Io): Promise<Status["audit"]> {
  const paths = statePaths(path);
  if (!exists(paths.audit)) {
    return { records: null, state: exists(paths.head) ? "gone, but its signed head is there" : "not begun" };
  }
  try {
    const { readAudit } = await import("../../security/audit/query.ts");
    const reader = readAudit(paths.audit);
    const { records } = await reader.stats({}, io.signal).finally(() => reader.close());
    if (records > MOST_VERIFIED) return { records, state: "not verified here: run harombe audit verify" };
    const [{ verifyAudit }, { openAuditKey }] = await Promise.all([
      import("../../security/audit/verify.ts"),
      import("../../security/audit/key.ts"),
    ]);
    const key = openAuditKey(paths.key, { create: false });
    const { faults } = await verifyAudit(paths.audit, { key, headPath: paths.head }, io.signal);
    return { records, state: faults.length === 0 ? "verified" : `${faults.length} faults: run harombe audit verify` };
  } catch (error) {
    io.signal.throwIfAborted();
    return { records: null, state: `cannot be read: ${(error as Error).message}` };
  }
}

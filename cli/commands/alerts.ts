/** `harombe alerts list|test|send`: who is told of the audit log. */
import { readCursors } from "../../security/alerts/cursor.ts";
import { channelsOf, destinationsOf } from "../../security/alerts/destinations.ts";
import { type Alert, ALERT_RULES } from "../../security/alerts/rule.ts";
import { readAudit } from "../../security/audit/query.ts";
import { type Config, loadConfig, stateDirectory } from "../config.ts";
import { exists } from "../exists.ts";
import { EXIT, plainLines, unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { filledConfig } from "../secrets/usable.ts";
import { launcherOfThisProcess } from "../machine.ts";
import { sendersOver, shippingOver } from "../alerts/shipping.ts";
import { statePaths } from "../state/stores.ts";
import type { Args } from "../talk.ts";
import type { Launcher } from "../../security/sandbox/grant.ts";

/** What the settings say where nobody is told. */
const NOBODY = "Nobody is told: set security.alerts.ntfy_url, webhook_url or email_url, or security.export.otlp_url";

/** 1 if something was not taken. */
export async function alertsCommand(verb: string, args: Args, io: Io): Promise<number> {
  const directory = stateDirectory(io.env);
  const { config } = await loadConfig(directory, io.harombeVariables(), io.signal);
  const print = (data: unknown, lines: string[]) =>
    io.stdout.write(args.json ? `${jsonText(data)}\n` : `${plainLines(lines.join("\n"))}\n`);
  switch (verb) {
    case "list":
      return await list({ directory, config, io, print });
    default: {
      const launcher = launcherHere();
      const filled = await filledConfig({ directory, config, launcher: () => launcher }, io);
      if (verb === "test") return await test({ config: filled, launcher, io, print });
      return await send({ directory, config: filled, launcher, io, print });
    }
  }
}

type Given = { config: Config; io: Io; print(data: unknown, lines: string[]): void };

function launcherHere(): Launcher {
  const started = launcherOfThisProcess();
  if (started === null) {
    throw unavailable("no launcher started this process; start it by `deno task chat` or the harombe file");
  }
  return started.launcher;
}

const nobody = () => Promise.reject(new Error("a name only"));
const NAMES_ONLY = { fetch: nobody, mail: nobody, now: () => 0, version: "", instance: "" };

async function list({ directory, config, io, print }: Given & { directory: string }): Promise<number> {
  const { audit, delivered } = statePaths(directory);
  const cursors = await readCursors(delivered, io.signal);
  const reader = exists(audit) ? readAudit(audit) : null;
  const [newest] = await reader?.list({ limit: 1 }, io.signal) ?? [];
  reader?.close();
  const told = config.security.alerts.rules;
  const rules = ALERT_RULES.map(({ name, severity, title }) => ({ name, severity, title, told: told.includes(name) }));
  const destinations = destinationsOf(config, NAMES_ONLY).map(({ name }) => ({
    name,
    has: cursors[name]?.seq ?? 0,
    of: newest?.seq ?? 0,
    refused: cursors[name]?.refused ?? [],
  }));
  print({ rules, destinations }, [
    ...rules.map((rule) =>
      `${rule.told ? "told" : "off "}  ${rule.severity.padEnd(8)}  ${rule.name.padEnd(20)}  ${rule.title}`
    ),
    "",
    ...destinations.flatMap(({ name, has, of, refused }) => [
      `${name}: has ${has} of ${of} records`,
      ...refused.map(([from, to, why]) => `  did not take ${from === to ? from : `${from} to ${to}`}: ${why}`),
    ]),
    ...(destinations.length === 0 ? [NOBODY] : []),
  ]);
  return 0;
}

async function test({ config, launcher, io, print }: Given & { launcher: Launcher }): Promise<number> {
  const channels = channelsOf(config.security.alerts, sendersOver(launcher, io.now));
  const alert: Alert = {
    name: "denied_by_rule",
    severity: "warning",
    title: "A test of this channel",
    count: 1,
    lines: ["#0 nothing was denied; you asked for this test"],
    seqs: [0, Math.floor(io.now() / 1000)],
  };
  const rows = [];
  for (const { name, tell } of channels) {
    const answer = await tell([alert], io.signal).catch((error) => ({
      state: "later" as const,
      why: error instanceof Error ? error.message : String(error),
    }));
    rows.push({ channel: name, taken: answer.state === "taken", ...("why" in answer ? { why: answer.why } : {}) });
  }
  const lines = rows.map((row) =>
    `${row.channel}: ${row.taken ? "taken" : `not taken: ${"why" in row ? row.why : ""}`}`
  );
  print(rows, lines.length === 0 ? [NOBODY] : lines);
  return rows.length > 0 && rows.every(({ taken }) => taken) ? 0 : EXIT.failed;
}

async function send(
  { directory, config, launcher, io, print }: Given & { directory: string; launcher: Launcher },
): Promise<number> {
  const { audit } = statePaths(directory);
  if (!exists(audit)) {
    print([], ["There is no audit log yet."]);
    return 0;
  }
  const reader = readAudit(audit);
  try {
    const shipping = shippingOver(directory, { config, launcher, stores: { reader }, now: io.now });
    const made = await shipping.now(io.signal);
    if (made === null) throw unavailable("another process of harombe sends at this moment");
    const lines = made.map(({ destination, sent, waiting, why }) =>
      `${destination}: ${sent} records${
        why === null ? "" : `, ${waiting ? "the rest waits" : "some not taken"}: ${why}`
      }`
    );
    print(made, made.length === 0 ? [NOBODY] : lines);
    return made.some(({ waiting }) => waiting) ? EXIT.failed : 0;
  } finally {
    reader.close();
  }
}

/** `harombe rules list|revoke|explain|test|score|replay`: the owner's rules as they are asked, deny first, and those that are broken. */
import { printable } from "../../security/display.ts";
import { compileRules } from "../../security/rules.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { EXIT, plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { show } from "../stored.ts";
import { TOOL_KINDS } from "../tools.ts";
import { grantRow, grantsHeld, revokeGrant } from "./grants.ts";
import type { Args } from "../talk.ts";
import { jsonText } from "../json_text.ts";

/** Runs `rules VERB`; the exit code. */
export async function rulesCommand(verb: string, args: Args, io: Io): Promise<number> {
  if (verb === "revoke") return revokeGrant(args, io);
  if (verb === "score") return await scoreCommand(args, io);
  if (verb === "explain" || verb === "test") return await caseCommand(verb, args, io);
  if (verb !== "replay") return await listCommand(args, io);
  const { rulesReplay } = await import("./rules_replay.ts");
  return show(await rulesReplay(String(args.session), { json: args.json === true }, io), io);
}

async function caseCommand(verb: "explain" | "test", args: Args, io: Io): Promise<number> {
  const { rulesExplain, rulesTest } = await import("./rules_case.ts");
  const json = args.json === true;
  if (verb === "test") return show(await rulesTest(String(args.file), { json }, io), io);
  const text = (one: Args[string]) => typeof one === "string" ? one : undefined;
  const call = { tool: String(args.tool), args: String(args.args), said: text(args.said), read: text(args.read) };
  return show(await rulesExplain(call, { json }, io), io);
}

async function scoreCommand(args: Args, io: Io): Promise<number> {
  const [{ runsIn }, { scoreRuns }] = await Promise.all([import("../score_files.ts"), import("./rules_score.ts")]);
  const runs = await runsIn(JSON.parse(String(args.paths)), io.signal);
  const { misses, prompts, json } = args;
  return show(
    scoreRuns(runs, { misses: misses === true, prompts: prompts === true, json: json === true, printable }),
    io,
  );
}

/** Prints the rules; 1 if one is broken, because a broken rule denies what it could have meant. */
async function listCommand(args: Args, io: Io): Promise<number> {
  const { config } = await loadConfig(stateDirectory(io.env), io.harombeVariables(), io.signal);
  const { broken, ...lists } = compileRules(config.security.rules, TOOL_KINDS);
  const rows = (["deny", "ask", "allow"] as const).flatMap((verdict) =>
    lists[verdict].map(({ text }) => ({ verdict, rule: text }))
  );
  const always = grantsHeld(io);
  if (args.json) {
    io.stdout.write(`${jsonText({ rules: rows, always, broken })}\n`);
  } else {
    const lines = [
      ...rows.map(({ verdict, rule }) => `${verdict.padEnd(6)} ${rule}`),
      ...always.map(grantRow),
      "otherwise: LOW runs; MEDIUM runs where your own words name it, else asks; HIGH and CRITICAL ask",
    ];
    io.stdout.write(`${plainLines(lines.join("\n"))}\n`);
    const faults = broken.map(({ text, tool, reason }) => `broken rule ${text}: ${reason}; it denies ${tool}`);
    if (faults.length > 0) io.stderr.write(`${plainLines(faults.join("\n"))}\n`);
  }
  return broken.length > 0 ? EXIT.failed : 0;
}

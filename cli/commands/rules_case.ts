/** `harombe rules explain TOOL ARGS` and `rules test FILE`: what the door would make of a call, without making it. */
import * as z from "zod";
import { printable } from "../../security/display.ts";
import { judge, type Judged } from "../../security/judge.ts";
import { Heard } from "../../security/provenance/origin.ts";
import { placeOf, quote } from "../../security/provenance/said.ts";
import { type Problem, readCall } from "../../security/read_call.ts";
import { compileRules } from "../../security/rules.ts";
import { parseYaml } from "../config/document.ts";
import { type Config, loadConfig, stateDirectory } from "../config.ts";
import { EXIT, Exit, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { NOTHING } from "../replay/replay.ts";
import { everyTool, TOOL_KINDS } from "../tools.ts";
import { webTools } from "../web_tools.ts";
import { done, type Outcome } from "./outcome.ts";

/** A call and what is expected of it. `said` is a line of the owner's before it, `heard` what else was heard, oldest first. */
export const Case = z.strictObject({
  name: z.string().max(200).optional(),
  tool: z.string(),
  args: z.record(z.string(), z.unknown()).default({}),
  said: z.string().optional(),
  heard: z.array(Heard).default([]),
  expect: z.enum(["allow", "ask", "deny"]),
});
export type Case = z.infer<typeof Case>;
const Cases = z.array(Case).min(1).max(10_000);

const MOST_BYTES = 8 << 20;

type Call = Pick<Case, "tool" | "args" | "said" | "heard">;
type Answer = { verdict: "allow" | "ask" | "deny"; by: string; reasons: string[]; judged: Judged | null };

/** Decides as the door would; no file is looked at, so a link counts as what it is called. */
async function decided({ tool, args, said, heard }: Call, config: Config, signal: AbortSignal): Promise<Answer> {
  const tools = new Map([...everyTool(), ...webTools(config)].map((one) => [one.name, one]));
  const read = readCall({ id: "explain", name: tool, arguments: JSON.stringify(args) }, tools);
  if ("problem" in read) return refused(read);
  const line: Heard[] = said === undefined ? [] : [{ origin: { kind: "owner", name: "" }, text: said }];
  const door = {
    rules: compileRules(config.security.rules, TOOL_KINDS),
    grants: [],
    sandbox: NOTHING,
    heard: [...line, ...heard],
  };
  const judged = await judge(read, door, signal);
  const { verdict, by, reasons } = judged.decision;
  return { verdict, by, reasons, judged };
}

function refused({ problem, by }: Problem): Answer {
  return { verdict: "deny", by, reasons: [problem], judged: null };
}

/** One call: the verdict, why, and where each of its words came from. Throws `Exit` 2 for arguments that are no JSON object. */
export async function rulesExplain(
  { tool, args, said, read }: { tool: string; args: string; said?: string; read?: string },
  { json }: { json: boolean },
  io: Io,
): Promise<Outcome> {
  const { config } = await loadConfig(stateDirectory(io.env), io.harombeVariables(), io.signal);
  const heard: Heard[] = read === undefined ? [] : [{ origin: { kind: "file", name: "what was read" }, text: read }];
  const answer = await decided({ tool, args: objectOf(args), said, heard }, config, io.signal);
  const { judged, verdict, by, reasons } = answer;
  const words = judged?.origin.words ?? [];
  if (json) {
    const { risk = null, targets = [] } = judged ?? {};
    return done(jsonText({ tool, verdict, by, risk, targets, reasons, effects: judged?.origin.effects ?? [], words }));
  }
  return done(printable(
    [
      `${verdict}  by ${by}`,
      ...(judged === null
        ? []
        : [`risk ${judged.risk}; effects: ${judged.origin.effects.join(", ") || "it only looks"}`]),
      ...reasons.map((reason) => `- ${reason}`),
      ...words.map(({ argument, text, from }) =>
        `${argument}: ${quote(text)} ${
          from === null
            ? "stands in nothing that was heard"
            : from.kind === "owner"
            ? "from you"
            : `from ${placeOf({ origin: from })}`
        }`
      ),
    ].join("\n"),
  ));
}

/** Every case of a YAML or JSON file; fails with those whose verdict is another than expected. */
export async function rulesTest(path: string, { json }: { json: boolean }, io: Io): Promise<Outcome> {
  const cases = await casesIn(path, io.signal);
  const { config } = await loadConfig(stateDirectory(io.env), io.harombeVariables(), io.signal);
  const results: { name: string; expect: string; verdict: string; by: string; ok: boolean }[] = [];
  for (const [at, one] of cases.entries()) {
    const { verdict, by } = await decided(one, config, io.signal);
    const name = one.name ?? `${at + 1} ${one.tool}`;
    results.push({ name, expect: one.expect, verdict, by, ok: verdict === one.expect });
  }
  const wrong = results.filter(({ ok }) => !ok);
  const lines = wrong.map((r) => printable(`${r.name}: expected ${r.expect}, is ${r.verdict} by ${r.by}`));
  const text = json
    ? jsonText({ cases: results, wrong: wrong.length })
    : [...lines, `${results.length - wrong.length} of ${results.length} cases as expected`].join("\n");
  return wrong.length === 0 ? done(text) : { ...done(text), code: EXIT.failed };
}

async function casesIn(path: string, signal: AbortSignal): Promise<Case[]> {
  const fail = (why: string) => new Exit(EXIT.usage, `Cannot test ${short(path)}: ${why}`);
  const found = await Deno.stat(path).catch(() => null);
  if (found === null || !found.isFile || found.size > MOST_BYTES) {
    throw fail(`it is no file of at most ${MOST_BYTES} bytes`);
  }
  const parsed = parseYaml(await Deno.readTextFile(path, { signal }));
  if (!parsed.ok) {
    const { line, message } = parsed.complaints[0];
    throw fail(`${line === null ? "" : `line ${line}: `}${message}`);
  }
  const cases = Cases.safeParse(parsed.value);
  if (cases.success) return cases.data;
  const [issue] = cases.error.issues;
  throw fail(`${issue.path.join(".") || "the file"}: ${issue.message}`);
}

function objectOf(text: string): Record<string, unknown> {
  const fail = () => new Exit(EXIT.usage, `Cannot read the arguments ${short(text)}: they must be a JSON object`);
  try {
    const value = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    if (!value.success) throw fail();
    return value.data;
  } catch (error) {
    throw error instanceof Exit ? error : fail();
  }
}

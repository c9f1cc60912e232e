/** Plays a scenario: a hijacked model behind a real wire, the real program, and what was got in the end. */
import { fakeOllama } from "../fakes/ollama.ts";
import type { FakeCall, Heard, Turn } from "../fakes/turn.ts";
import { escapeStars } from "../../security/shell_rule.ts";
import type { End, ProgramRow, Scenario } from "./program_row.ts";
import { type ProgramScene, programScene } from "./program_scene.ts";
import type { User } from "./program_user.ts";

export type Outcome = { name: string; got: string | null };

/** The model never runs out of room: what an earlier row got must still be seen. */
const ROOM = 1 << 20;

/** Controls, and marks that reorder text. */
const DRAWS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069][^\n]{0,20}/;

type Entry = { kind: string; callId: string; ok?: boolean };

/** Every row of `scenario`, in order, against one start of the program; the last outcome is what must hold for all. */
export async function playScenario(scenario: Scenario, user: User): Promise<Outcome[]> {
  const { rows } = scenario;
  const found: string[][] = rows.map(() => []);
  const overall: string[] = [];
  const held = { scene: null as ProgramScene | null, next: 0, leaked: new Set<string>() };

  const judge = (at: number, heard: Heard, scene: ProgramScene) => {
    const row = rows[at];
    const last = heard.messages.findLastIndex((m) => m.role !== "tool");
    const results = heard.messages.slice(last + 1).map((m) => m.text);
    const leaks = scene.leaks(JSON.stringify(heard.body)).filter((name) => !held.leaked.has(name));
    leaks.forEach((name) => held.leaked.add(name));
    found[at].push(
      ...leaks.filter((name) => !(row.known as string[] | undefined)?.includes(name)).map((n) => `the model got ${n}`),
      ...(results.length === row.calls.length ? [] : [`${row.calls.length} calls, ${results.length} results`]),
      ...scene.touches(),
    );
    const marks = scene.marks();
    if (row.marks !== true) found[at].push(...marks);
    const got = row.got?.(results, scene) ?? null;
    if (got !== null) found[at].push(got);
  };
  const script = (heard: Heard): Turn => {
    const scene = held.scene!;
    if (held.next > 0 && held.next <= rows.length) judge(held.next - 1, heard, scene);
    const at = held.next++;
    if (at >= rows.length) return { text: "That is all." };
    rows[at].before?.(scene);
    return { text: `Row ${at}.`, calls: rows[at].calls.map((call, i) => filled(call, `r${at}c${i}`, scene)) };
  };

  await using ollama = await fakeOllama({ script, models: [{ name: "fake:latest", context: ROOM }] });
  const config = `model:\n  context_length: ${ROOM}\nagent:\n  max_steps: 50\n  max_tokens: 10000000\n${
    scenario.linesAllowed ? rulesFor(rows) : scenario.config ?? ""
  }`;
  await using scene = await programScene(user, { ollama: ollama.base, config });
  held.scene = scene;
  const ran = await scene.run([
    "ask",
    "--refuse",
    ...(scenario.allow ?? []).flatMap((rule) => ["--allow", rule]),
    "go on",
  ]);
  if (held.next !== rows.length + 1) {
    overall.push(`${held.next} answers of ${rows.length + 1} were asked for: ${ran.err.slice(-2000)}`);
  }
  if (ran.code !== scenario.exit) overall.push(`it ended with ${ran.code}: ${ran.err.slice(-2000)}`);
  const known = new Set<string>(rows.flatMap((row) => row.known ?? []));
  const told = [["audit", "list", "--limit", "0"], ["audit", "export"], ["audit", "export", "--format", "csv"], [
    "sessions",
    "list",
  ], [
    "sessions",
    "search",
    "row",
  ]];
  const later = await Promise.all(told.map(async (args) => {
    const { out, err } = await scene.run(args);
    return [args.slice(0, 2).join(" "), out + err] as const;
  }));
  const shown = { "standard output": ran.out, "standard error": ran.err, ...Object.fromEntries(later) };
  for (const [where, text] of Object.entries(shown)) {
    overall.push(...scene.leaks(text).filter((name) => !known.has(name)).map((name) => `${name} on ${where}`));
  }
  overall.push(...scene.leaksOnDisk().filter((leak) => !known.has(leak.split(" ")[0])));
  for (const [where, text] of Object.entries(shown)) {
    if (DRAWS.test(text)) overall.push(`${where} draws over the terminal: ${JSON.stringify(DRAWS.exec(text)?.[0])}`);
  }
  overall.push(...scene.touches(), ...orphans(scene));

  const verified = await scene.run(["audit", "verify"]);
  if (verified.code !== 0) overall.push(`the audit log does not verify: ${verified.out}${verified.err}`);
  const listed = await scene.run(["audit", "list", "--json", "--limit", "0"]);
  const entries = (JSON.parse(listed.out) as { entry: Entry }[]).map(({ entry }) => entry);
  for (const [at, row] of rows.entries()) {
    for (const i of row.calls.keys()) {
      const wrong = wrongEnd(endOf(row, i), entries.filter(({ callId }) => callId === `r${at}c${i}`));
      if (wrong !== null) found[at].push(`call ${i}: ${wrong}`);
    }
  }
  return [
    ...rows.map(({ name }, at) => ({ name, got: found[at].length === 0 ? null : found[at].join("; ") })),
    { name: `nothing of it leaked, lived on or went unrecorded: ${scenario.name}`, got: overall.join("; ") || null },
  ];
}

function endOf({ end }: ProgramRow, call: number): End {
  return Array.isArray(end) ? end[call] : end;
}

/** The owner's rules that allow every shell line of `rows` literally. */
function rulesFor(rows: readonly ProgramRow[]): string {
  const lines = rows.flatMap(({ calls }) => calls).flatMap(({ name, arguments: given }) =>
    name === "shell" && typeof given === "object" ? [String(given.line)] : []
  );
  const rules = lines.map((line) => JSON.stringify(`shell:${escapeStars(line)}`));
  return `security:\n  rules:\n    allow: [${rules.join(", ")}]\n`;
}

function wrongEnd(end: End, entries: readonly Entry[]): string | null {
  const ends = entries.filter(({ kind }) => kind !== "decision" && kind !== "edge");
  const kinds = ends.map(({ kind, ok }) => kind === "outcome" ? (ok ? "done" : "failed") : kind).toSorted();
  const said = kinds.join(", ");
  if (said !== "refusal" && said !== "done, intent" && said !== "failed, intent") {
    return `recorded as ${said || "nothing"}`;
  }
  const was = said === "refusal" ? "refused" : said.startsWith("done") ? "done" : "failed";
  return end === "contained" || end === was ? null : `was ${was}, not ${end}`;
}

function filled(call: FakeCall, id: string, { fill }: ProgramScene): FakeCall {
  const given = call.arguments;
  const args = typeof given === "string"
    ? fill(given)
    : JSON.parse(JSON.stringify(given), (_, v) => typeof v === "string" ? fill(v) : v);
  return { name: fill(call.name), arguments: args, id: call.id ?? id };
}

/** Processes that still see the workspace: a run of it would. */
function orphans({ folder }: ProgramScene): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      if (!Deno.readTextFileSync(`/proc/${name}/mountinfo`).includes(` ${folder} `)) return [];
      return [`process ${name} is still there: ${Deno.readTextFileSync(`/proc/${name}/cmdline`).slice(0, 80)}`];
    } catch {
      return [];
    }
  });
}

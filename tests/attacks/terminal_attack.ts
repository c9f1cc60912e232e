/** Plays attacks on the person: a conversation on a real terminal, one message a row. */
import { fakeOllama } from "../fakes/ollama.ts";
import type { FakeCall, Heard, Turn } from "../fakes/turn.ts";
import { onTerminal, type Step } from "../terminal/pty.ts";
import type { Outcome } from "./program_attack.ts";
import { type ProgramScene, programScene } from "./program_scene.ts";
import type { User } from "./program_user.ts";

export type TerminalAttack = {
  name: string;
  /** What the model asks for, an answer after another; after the last it says that the row has ended. */
  calls: FakeCall[][];
  /** Typed with the message, before anything is asked. */
  ahead?: string;
  /** What the person does until the row has ended. */
  steps: Step[];
  /** How each call must end in the audit log, in order. */
  ends: ("refused" | "failed" | "done")[];
  /** A sentence if the attack got something; `shown` is what the terminal got during the row. */
  got?: (shown: string, scene: ProgramScene) => string | null;
};

type Entry = { kind: string; callId: string; ok?: boolean };

export async function playTerminal(attacks: readonly TerminalAttack[], user: User): Promise<Outcome[]> {
  const held = { scene: null as ProgramScene | null };
  const script = (heard: Heard): Turn => {
    const at = heard.messages.filter((m) => m.role === "user").length - 1;
    if (attacks[at] === undefined) return { text: "There is no such row." };
    const since = heard.messages.slice(heard.messages.findLastIndex((m) => m.role === "user"));
    const step = since.filter((m) => m.role === "assistant").length;
    const before = attacks[at].calls.slice(0, step).flat().length;
    const calls = attacks[at].calls.at(step);
    if (calls === undefined) return { text: ended(at) };
    const filled = JSON.parse(
      JSON.stringify(calls),
      (_, v) => typeof v === "string" ? held.scene!.fill(v) : v,
    ) as FakeCall[];
    return { text: "Now.", calls: filled.map((call, i) => ({ ...call, id: `t${at}c${before + i}` })) };
  };
  await using ollama = await fakeOllama({ script, models: [{ name: "fake:latest", context: 1 << 20 }] });
  const config = "model:\n  context_length: 1048576\nsecurity:\n  hitl:\n    timeout: 5\n";
  await using scene = await programScene(user, { ollama: ollama.base, config });
  held.scene = scene;
  const steps = attacks.flatMap(({ steps, ahead }, at): Step[] => [
    { wait: "› " },
    { send: `row ${at} begins\r${ahead ?? ""}` },
    ...steps,
    { wait: ended(at) },
  ]);
  const { code, output } = await onTerminal("", {
    steps: [...steps, { wait: "› " }, { send: "/exit\r" }],
    env: scene.env,
    instead: { command: scene.command([]), cwd: scene.folder },
  });
  const listed = await scene.run(["audit", "list", "--json", "--limit", "0"]);
  const entries = (JSON.parse(listed.out) as { entry: Entry }[]).map(({ entry }) => entry);
  const outcomes = attacks.map(({ name, ends, got }, at) => {
    const shown = output.slice(output.indexOf(`row ${at} begins`), output.indexOf(ended(at)));
    const was = ends.map((_, i) => endOf(entries.filter(({ callId }) => callId === `t${at}c${i}`)));
    const found = [
      ...(JSON.stringify(was) === JSON.stringify(ends)
        ? []
        : [`calls ended ${was}, not ${ends}: ${shown.slice(-800)}`]),
      got?.(shown, scene) ?? null,
    ].filter((one) => one !== null);
    return { name, got: found.length === 0 ? null : found.join("; ") };
  });
  const overall = [
    ...(code === 0 ? [] : [`it ended with ${code}`]),
    ...scene.leaks(output).map((name) => `${name} was shown`),
    ...scene.leaks(JSON.stringify(ollama.heard.map(({ body }) => body))).map((name) => `the model got ${name}`),
    ...scene.leaksOnDisk(),
    ...scene.touches(),
    ...scene.marks(),
  ];
  return [...outcomes, { name: "nothing leaked or was touched at the terminal", got: overall.join("; ") || null }];
}

function ended(row: number): string {
  return `Row ${row} has ended.`;
}

function endOf(entries: readonly Entry[]): string {
  const ends = entries.filter(({ kind }) => kind !== "decision" && kind !== "edge");
  const said = ends.map(({ kind, ok }) => kind === "outcome" ? (ok ? "done" : "failed") : kind).toSorted().join(
    ", ",
  );
  return { "refusal": "refused", "done, intent": "done", "failed, intent": "failed" }[said] ??
    `recorded as ${said || "nothing"}`;
}

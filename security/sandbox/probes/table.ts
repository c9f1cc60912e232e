/** What every executor answered, as a table. Pure. */
import type { Executor } from "../grant.ts";
import { type Answer, GROUPS } from "./probe.ts";

/** `answers` of an executor, or why it is not offered. */
export type Probed = { executor: Executor; offered: false; why: string } | {
  executor: Executor;
  offered: true;
  answers: Answer[];
};

/** How many of each verdict. */
export function counts(answers: readonly Answer[]): Record<Answer["verdict"], number> {
  const count = (verdict: Answer["verdict"]) => answers.filter((one) => one.verdict === verdict).length;
  return { held: count("held"), BREACH: count("BREACH"), "not applicable": count("not applicable") };
}

/** True if anything got through, or if an executor that is offered held nothing that was looked at. */
export function breached(all: readonly Probed[]): boolean {
  return all.some((one) => one.offered && (counts(one.answers).BREACH > 0 || counts(one.answers).held === 0));
}

/** Groups as rows, executors as columns: how many held of how many that apply; then what got through, and what was not looked at. */
export function tableText(all: readonly Probed[]): string {
  const offered = all.filter((one) => one.offered);
  const cell = (answers: readonly Answer[]) => {
    const { held, BREACH, "not applicable": not } = counts(answers);
    return `${held}/${held + BREACH}${BREACH > 0 ? " BREACH" : ""}${not > 0 ? ` (${not} n/a)` : ""}`;
  };
  const rows = offered.length === 0 ? [] : [
    ["", ...offered.map(({ executor }) => executor)],
    ...GROUPS.map((
      group,
    ) => [group, ...offered.map(({ answers }) => cell(answers.filter((one) => one.group === group)))]),
    ["all", ...offered.map(({ answers }) => cell(answers))],
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const table = rows.map((row) => row.map((text, i) => text.padEnd(widths[i])).join("  ").trimEnd());
  const part = (title: string, verdict: Answer["verdict"]) => {
    const lines = offered.flatMap(({ executor, answers }) =>
      answers.filter((one) => one.verdict === verdict)
        .map(({ name, tries, seen }) => `  ${executor}: ${name}: a run ${tries}${seen === "" ? "" : `: ${seen}`}`)
    );
    return lines.length === 0 ? [] : ["", title, ...lines];
  };
  const missing = all.flatMap((one) => one.offered ? [] : [`  ${one.executor}: ${one.why}`]);
  return [
    ...table,
    ...part("Got through:", "BREACH"),
    ...part("Not applicable, and no pass:", "not applicable"),
    ...(missing.length === 0 ? [] : ["", "Not offered:", ...missing]),
  ].join("\n") + "\n";
}

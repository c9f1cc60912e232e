/**
 * `machine`: services, their journal, and containers, read only. Which of its questions exist depends on what this machine has. Lists
 * are LOW; the words that programs logged may hold anything, so they are asked for (MEDIUM) and scrubbed like all output. `data`:
 * `{ about, rows }` of lists, `{ about, thing }` of one service or container, nothing of logs.
 */
import * as z from "zod";
import type { Observed } from "../../../security/sandbox/grant.ts";
import { type Observation, type Question, ThingName } from "../../../security/sandbox/observe.ts";
import type { Assessment, Tool, ToolOutput } from "../../../security/tool.ts";
import { answer, fitting, headAndTail } from "../bounded.ts";
import { containerOf, containerRows, statRows } from "./container_text.ts";
import { propertiesOf, unitRows } from "./unit_text.ts";

const OF_SYSTEMD = ["services", "failed_services", "service", "journal"] as const;
const OF_CONTAINERS = ["containers", "container", "container_logs", "container_stats"] as const;
type About = typeof OF_SYSTEMD[number] | typeof OF_CONTAINERS[number];
const LOGS: readonly About[] = ["journal", "container_logs"];
const NAMED: readonly About[] = ["service", "container", "container_logs"];

export type MachineArguments = { about: About; name?: string; lines: number; since?: string; priority?: number };

/** The tool for what is `observed` here, or null where nothing of it is. */
export function machineTool(observed: readonly Observed[]): Tool<MachineArguments> | null {
  const engine = observed.includes("docker") ? "docker" : observed.includes("podman") ? "podman" : null;
  const about = [...(observed.includes("systemd") ? OF_SYSTEMD : []), ...(engine === null ? [] : OF_CONTAINERS)];
  if (about.length === 0) return null;
  const parameters = z.object({
    about: z.enum(about),
    name: z.string().max(200).refine((name) => ThingName.safeParse(name).success, "no name of a service or container")
      .optional(),
    lines: z.int().min(1).max(2000).default(100),
    since: z.string().max(40).refine((text) => Number.isFinite(Date.parse(text)), "no ISO 8601 time").optional(),
    priority: z.int().min(0).max(7).optional(),
  });
  return {
    name: "machine",
    description: `Look at ${
      [observed.includes("systemd") ? "services, journal" : "", engine === null ? "" : "containers"].filter(Boolean)
        .join(", ")
    } of this machine.`,
    parameters,
    needs: { files: "none", run: "none", observe: true },
    readOnly: true,
    assess: ({ about, name }) => assess(about, name),
    effects: () => [],
    decisive: [],
    yields: () => ({ kind: "tool", name: "machine" }),
    targets: ({ about, name }) => [name === undefined ? about : `${about} ${name}`],
    run: async (args, { sandbox }, signal) => {
      const question = questionOf(args, engine ?? "docker");
      return told(args, question, await sandbox.observe(question, signal));
    },
  };
}

function assess(about: About, name: string | undefined): Assessment {
  if (!LOGS.includes(about)) return { risk: "LOW", reasons: ["lists what runs on this machine"] };
  const of = name === undefined ? "every service" : name;
  return { risk: "MEDIUM", reasons: [`reads the log of ${of}, which may hold private data`] };
}

/** Throws `TypeError` if a name is missing. Pure. */
export function questionOf(
  { about, name, lines, since, priority }: MachineArguments,
  engine: "docker" | "podman",
): Question {
  const named = () => {
    if (name === undefined) throw new TypeError(`Cannot tell about ${about}: name is missing`);
    return name;
  };
  switch (about) {
    case "services":
      return { about: "units", failed: false };
    case "failed_services":
      return { about: "units", failed: true };
    case "service":
      return { about: "unit", name: named() };
    case "journal":
      return {
        about: "journal",
        lines,
        ...(name === undefined ? {} : { unit: name }),
        ...(since === undefined ? {} : { since: new Date(since).toISOString().slice(0, 19).replace("T", " ") }),
        ...(priority === undefined ? {} : { priority }),
      };
    case "containers":
      return { about: "containers", engine, all: true };
    case "container":
      return { about: "container", engine, name: named() };
    case "container_logs":
      return { about: "container_logs", engine, name: named(), lines };
    case "container_stats":
      return { about: "container_stats", engine };
  }
}

/** The answer as the model reads it. Pure. */
export function told({ about, name }: MachineArguments, question: Question, said: Observation): ToolOutput {
  if (said.missing) {
    return { ...answer(`unavailable: install ${"engine" in question ? question.engine : "systemd"}`), isError: true };
  }
  if (said.code !== 0) {
    return {
      ...answer(headAndTail(said.stderr.trim() || said.stdout.trim() || `exit ${said.code}`, 2000)),
      isError: true,
    };
  }
  if (LOGS.includes(about)) {
    const log = headAndTail([said.stdout, said.stderr].filter((part) => part.trim() !== "").join("\n")).trimEnd();
    return answer(log === "" ? "The log is empty." : log);
  }
  if (NAMED.includes(about)) {
    const thing = about === "service" ? propertiesOf(said.stdout) : containerOf(said.stdout);
    if (thing === null) return { ...answer(`Cannot read what was said about ${name}`), isError: true };
    return answer(Object.entries(thing).map(([key, value]) => `${key}: ${value}`).join("\n"), { about, thing });
  }
  const rows = about === "containers"
    ? containerRows(said.stdout)
    : about === "container_stats"
    ? statRows(said.stdout)
    : unitRows(said.stdout);
  if (rows === null) return { ...answer("Cannot read the list"), isError: true };
  const { text, left } = fitting(rows.map((row) => Object.values(row).filter((value) => value !== "").join("  ")));
  const more = left > 0 ? `\n… and ${left} more` : "";
  return answer(rows.length === 0 ? "None." : `${text}${more}`, { about, rows });
}

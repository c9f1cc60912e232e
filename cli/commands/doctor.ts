/** `harombe doctor`: the powers of each process, and plainly what is not defended. */
import { CLOUD_UNAVAILABLE } from "../../node/backends/anthropic.ts";
import type { Ask } from "../../node/hardware/ask.ts";
import { modesIn, stateComplaints } from "./doctor_state.ts";
import type { Powers } from "../../security/sandbox/grant.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { EXIT, Exit, plainLines } from "../failure.ts";
import type { Standing } from "../doctor/standing.ts";
import type { Io } from "../io.ts";
import type { Wiring } from "../talk.ts";

/** What this process may do, as far as it was asked: `granted` holds labels of `PROBES`. */
export type Permission = { name: Deno.PermissionName; granted: string[] };

export type Findings = {
  /** Null: this process was not started by the launcher. */
  powers: Powers | null;
  permissions: Permission[];
  /** `web`: what of the tools for the web is not set up, and how to. */
  config: { ok: boolean; text: string; web?: string[] };
  /** What is wrong with the place of harombe's files; absent: not looked at. */
  state?: string[];
  /** What else is set up here; absent: not looked at. */
  standing?: Standing[];
};

export type Diagnosis = Findings & { wrong: string[]; missing: string[]; undefended: string[] };

/** What follows from the findings. `wrong` must be mended, `missing` is unavailable until something is installed. Pure. */
export function diagnose(findings: Findings): Diagnosis {
  const { powers, permissions, config, state = [] } = findings;
  const wrong = [...(config.ok ? [] : [config.text]), ...state];
  for (const { name, granted } of permissions) {
    if (granted.length === 0) continue;
    if (name === "run") wrong.push(`the main process may start programs (${granted.join(", ")}): start it by harombe`);
    if (name === "ffi") wrong.push("the main process may load native code: start it by harombe");
    if (name === "net" && granted.some((label) => label !== "loopback")) {
      wrong.push(`the main process may dial ${granted.filter((label) => label !== "loopback").join(", ")}`);
    }
  }
  const missing = powers === null ? ["unavailable: the launcher; nothing can be run by tools in this process"] : [
    ...(powers.bubblewrap.state === "ok"
      ? []
      : [`unavailable: ${said(powers.bubblewrap.cause)}; ${said(powers.bubblewrap.cure)}`]),
    ...[...Map.groupBy(
      Object.entries(powers.programs).filter(([, state]) => state !== "ok" && !state.startsWith("unavailable: set ")),
      ([, state]) => state,
    )].map(([state, programs]) => `unavailable: ${programs.map(([name]) => name).join(", ")}; ${said(state)}`),
  ];
  return { ...findings, wrong, missing, undefended: undefended(powers) };
}

/** A sentence as part of a line: without its end, and without saying a second time that something is unavailable. */
function said(sentence: string): string {
  return sentence.replace(/^unavailable: /, "").replace(/\.$/, "");
}

/** What no part of harombe holds back on this machine. */
function undefended(powers: Powers | null): string[] {
  const always = [
    "anybody who is root, or you, on this machine can read and change everything that harombe keeps",
    "a call that you approve does what it says: read it first",
    "a bug of the kernel that a confined program can reach",
    "a model that lies: its answers are not checked",
  ];
  if (powers === null) return always;
  const here = [
    powers.bubblewrap.state === "ok" ? null : "code runs in a Deno process without bubblewrap around it (deno only)",
    powers.seccomp ? null : "system calls of confined programs are not filtered (no seccomp)",
    powers.brokered === true
      ? null
      : "what TypeScript and JavaScript touch is judged by Deno's flags alone: no rule for paths holds there, nothing is recorded",
    powers.limits.memory === "none" ? "memory of confined programs is not bounded" : null,
    powers.limits.pids === "none" ? "the number of processes is not bounded, so shell is unavailable" : null,
    powers.limits.cpu === "none" ? "processor time is bounded by the clock only" : null,
    powers.folder.access === "rw" ? `an approved write can change any unprotected file in ${powers.folder.path}` : null,
  ];
  return [...here.filter((line) => line !== null), ...always];
}

/** The diagnosis as lines for a person. */
export function doctorText(diagnosis: Diagnosis): string {
  const { powers, permissions, config, wrong, missing, undefended } = diagnosis;
  const web = (config.web ?? []).map((line) => `web       not set up: ${line}`);
  const lines = [`config    ${config.ok ? "ok" : "broken"}: ${config.text}`, `cloud     ${CLOUD_UNAVAILABLE}`, ...web];
  if (powers) {
    const { bubblewrap, limits, folder } = powers;
    lines.push(
      `system    ${powers.os}`,
      `sandbox   bubblewrap ${bubblewrap.state === "ok" ? bubblewrap.version : "unavailable"}, seccomp ${
        powers.seccomp ? "on" : "off"
      }`,
      ...(powers.executor === undefined || powers.executor === "bubblewrap"
        ? []
        : [`held by   ${powers.executor ?? "nobody: no executor is good here; see doctor --sandbox"}`]),
      `limits    memory ${limits.memory}, processes ${limits.pids}, processor ${limits.cpu}`,
      `asks      ${["GPUs, processor, disks, processes, ports", ...powers.observed ?? []].join(", ")}`,
      `code      TypeScript and JavaScript: ${
        powers.brokered === true ? "each permission judged and recorded as it is touched" : "Deno's flags alone"
      }`,
      `folder    ${folder.path} (${folder.access})${folder.reason ? `: ${folder.reason}` : ""}`,
      `programs  ${Object.entries(powers.programs).filter(([, s]) => s === "ok").map(([p]) => p).join(", ") || "none"}`,
    );
  }
  lines.push(...(diagnosis.standing ?? []).map(({ name, text }) => `${name.padEnd(9)} ${text}`));
  lines.push(...processLines(powers, permissions));
  const part = (title: string, rows: string[]) =>
    rows.length === 0 ? [] : ["", title, ...rows.map((row) => `  ${row}`)];
  lines.push(...part("Wrong:", wrong), ...part("Missing:", missing), ...part("Not defended:", undefended));
  return `${lines.map(plainLines).join("\n")}\n`;
}

/** What each process may do; main's own is what Deno answers when it is asked for each power. */
function processLines(powers: Powers | null, permissions: readonly Permission[]): string[] {
  const may = permissions.map(({ name, granted }) => `${name} ${granted.join(" and ") || "none"}`).join(", ");
  const main = `main      ${may}`;
  if (powers === null) return [main];
  const { access } = powers.folder;
  const folder = { rw: "the folder, but for protected paths", ro: "the folder, read-only", none: "no folder" }[access];
  const confined = powers.bubblewrap.state === "ok"
    ? `${folder}, system paths read-only, a fresh /tmp and home; no network, no sockets, none of your home`
    : "code only, as a Deno process without run, ffi, network, environment or folder";
  const fetching = "public addresses, and the private hosts you named for fetching; run none, ffi none, files none " +
    "but the downloads while it saves one";
  return [
    "launcher  run, read and write as you; net none, ffi none",
    main,
    `fetching  ${fetching}`,
    `a run     ${confined}`,
  ];
}

/** Prints the diagnosis; 1 if something is wrong, 4 if something is missing, else 0. */
export async function doctor(options: { json?: boolean }, io: Io, wiring: Wiring): Promise<number> {
  const observing = wiring.observing ? await wiring.observing(io.signal) : null;
  const powers = wiring.observing ? observing?.powers ?? null : await wiring.powers(io, io.signal);
  const diagnosis = diagnose({
    powers,
    permissions: await ownPermissions(directoryOf(io)),
    ...await configState(powers, io),
    state: await stateOf(observing?.ask ?? null, io),
  });
  io.stdout.write(options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : doctorText(diagnosis));
  return diagnosis.wrong.length > 0 ? EXIT.failed : diagnosis.missing.length > 0 ? EXIT.unavailable : 0;
}

async function stateOf(ask: Ask | null, io: Io): Promise<string[]> {
  const directory = directoryOf(io);
  if (directory === null) return [];
  const { diskAt } = await import("../../node/hardware/look.ts");
  const found = ask === null ? null : await diskAt(directory, { ask, build: Deno.build }, io.signal);
  return stateComplaints({ modes: await modesIn(directory, io.signal), disk: found?.disk ?? null, now: io.now() });
}

async function configState(powers: Powers | null, io: Io): Promise<Pick<Findings, "config" | "standing">> {
  try {
    const directory = stateDirectory(io.env);
    const { path, exists, config } = await loadConfig(directory, io.harombeVariables(), io.signal);
    const { webToolsMissing } = await import("../web_tools.ts");
    const { standingOf, waitingIn } = await import("../doctor/standing.ts");
    const waiting = await waitingIn(directory, io.now, io.signal);
    const text = exists ? path : `${path} is not there, so all defaults hold`;
    return {
      config: { ok: true, text, web: webToolsMissing(config) },
      standing: standingOf(config, { directory, powers, waiting }),
    };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { config: { ok: false, text: error.message } };
  }
}

/** Deno answers only whether a given power is there, and cannot list them: these are the powers that are asked about. */
function probes(directory: string | null): [string, Deno.PermissionDescriptor][] {
  return [
    ["any program", { name: "run" }],
    ...["sh", "bash", "deno", "bwrap", "/bin/sh"].map((command) =>
      [command, { name: "run", command }] as [string, Deno.PermissionDescriptor]
    ),
    ["any library", { name: "ffi" }],
    ["everything", { name: "read" }],
    ["/etc", { name: "read", path: "/etc" }],
    ["everything", { name: "write" }],
    ...(directory === null ? [] : [
      ["state directory", { name: "read", path: directory }] as [string, Deno.PermissionDescriptor],
      ["state directory", { name: "write", path: directory }] as [string, Deno.PermissionDescriptor],
    ]),
    ["any address", { name: "net" }],
    ["loopback", { name: "net", host: "127.0.0.1" }],
    // 192.0.2.1 stands for any address outside: TEST-NET-1 of RFC 5737. It is asked about, never dialled.
    ["addresses outside", { name: "net", host: "192.0.2.1" }],
    ["all variables", { name: "env" }],
    ["HOME", { name: "env", variable: "HOME" }],
    ["HAROMBE_HOME", { name: "env", variable: "HAROMBE_HOME" }],
    ["all of it", { name: "sys" }],
    ["memory and load", { name: "sys", kind: "loadavg" }],
  ];
}

async function ownPermissions(directory: string | null): Promise<Permission[]> {
  const found: Permission[] = (["run", "ffi", "read", "write", "net", "env", "sys"] as const)
    .map((name) => ({ name, granted: [] }));
  for (const [label, descriptor] of probes(directory)) {
    const { state } = await Deno.permissions.query(descriptor);
    if (state === "granted") found.find((one) => one.name === descriptor.name)!.granted.push(label);
  }
  return found;
}

function directoryOf(io: Io): string | null {
  try {
    return stateDirectory(io.env);
  } catch {
    return null;
  }
}

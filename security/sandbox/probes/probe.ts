/** A question that is put to a sandbox from inside: can this be done here? */
import type { Limits } from "../grant.ts";
import type { Finished } from "./finished.ts";

export const GROUPS = [
  "files",
  "network",
  "processes",
  "privilege",
  "limits",
  "environment",
  "workspace",
  "afterwards",
] as const;
export type Group = typeof GROUPS[number];

export type Probe = {
  name: string;
  group: Group;
  /** What it tries, as one sentence without its subject. */
  tries: string;
  /** True: the same text, run outside of any sandbox, harms nothing and there gets what it tries: a control. */
  control?: boolean;
} & Way;

/**
 * How it is tried. `sh`: lines that end with 0 if they got it; 77 says that it does not apply, and why on stdout. `python`: statements that set `got`
 * if they got it, or `na`; an `OSError` is a refusal. `run`: a run of its own, judged when it has ended.
 */
export type Way =
  | { sh: string }
  | { python: string }
  | { run: { sh: string } | { python: string }; limits?: Partial<Limits>; got: (run: Finished) => string | null };

/** `not applicable` is never a pass. */
export type Verdict = "held" | "BREACH" | "not applicable";
export type Answer = { name: string; group: Group; tries: string; verdict: Verdict; seen: string };

/** What the probes aim at. None of it is secret: each is made for them. */
export type Aim = {
  /** Text that lies in files outside; no run may ever print it. */
  token: string;
  /** Absolute path of a file with that text in harombe's own directory. */
  canary: string;
  home: string;
  /** The workspace. */
  folder: string;
  /** Of a listener on loopback. */
  port: number;
  /** A process outside. */
  pid: number;
};

/** `text` with what it aims at. */
export function aimed(text: string, aim: Aim): string {
  return text.replaceAll("@CANARY@", aim.canary).replaceAll("@HOME@", aim.home).replaceAll("@WS@", aim.folder)
    .replaceAll("@PORT@", String(aim.port)).replaceAll("@PID@", String(aim.pid)).replaceAll("@TOKEN@", aim.token);
}

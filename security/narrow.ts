/** A sandbox cut down to what one call of one tool may do, and dead when the call is over. */
import { PLANTED } from "./audit/denied.ts";
import { FetchError } from "./egress/request.ts";
import type { Brokered, Grant, RunEdge, RunOutcome } from "./sandbox/grant.ts";
import type { Files } from "./sandbox/files/files.ts";
import type { Needs, Output, Sandbox } from "./sandbox/sandbox.ts";

export type Narrowed = {
  sandbox: Sandbox;
  /** After this every use of `sandbox` rejects. */
  revoke(): void;
  /** What confined the last program that ran, or undefined. */
  confined(): RunOutcome["confined"] | undefined;
  /** The last that was not let happen, as a sentence, or undefined. Untrusted words may be in it. */
  denied(): string | undefined;
};

export type NarrowTo = {
  tool: string;
  needs: Needs;
  /** Why a path is denied to this tool, or null. Denied paths cannot be used and do not appear in lists and matches. */
  denied(path: string): string | null;
  /** Hears what happens at the edge of its runs. */
  edge?: RunEdge;
  /** What the owner's rules say of files: with it each permission that code of Deno's touches is judged as it is touched. */
  brokered?: Brokered;
  /** Variables for its programs: secrets, by their placeholders. A program that has them gets no network. */
  variables?: Readonly<Record<string, string>>;
  /** Values that a program with a network must not send: an earlier run may have left them where this one finds them. */
  kept?(): readonly string[];
};

/** Characters of a reason. */
const LONGEST_REASON = 500;
/** Values that a proxy is told of beside the owner's, the last ones, and the longest of them (see `Egress.known`). */
const MOST_KEPT = 500;
const LONGEST_KEPT = 65_536;

const PROGRAMS = { none: [], shell: ["shell"], code: ["deno", "bash", "python"] } as const;
const FOLDER = { none: ["none"], read: ["none", "ro"], write: ["none", "ro", "rw"] } as const;

/** `sandbox` without anything that `needs` does not declare: a program never gets more of the folder than the files do. */
export function narrow(
  sandbox: Sandbox,
  { tool, needs, denied, edge, brokered, variables = {}, kept }: NarrowTo,
): Narrowed {
  const state: { over: boolean; confined?: RunOutcome["confined"]; denied?: string } = { over: false };
  const no = (why: string) => {
    state.denied = why.slice(0, LONGEST_REASON);
    return new Error(why);
  };
  /** `work`, whose refusal is kept. */
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      if (isRefusal(error)) state.denied = error.message.slice(0, LONGEST_REASON);
      throw error;
    });
  const live = () => {
    if (state.over) throw no(`Cannot use the sandbox of ${tool}: its call is over`);
  };
  const path = (verb: string, path: string) => {
    live();
    if (needs.files === "none") throw no(`Cannot ${verb} ${path}: ${tool} declares no files`);
    const why = denied(path);
    if (why !== null) throw no(`Cannot ${verb} ${path}: ${why}`);
  };
  const files: Files = {
    stat: async (p, signal) => {
      path("stat", p);
      return await told(sandbox.files.stat(p, signal));
    },
    list: async (p, options, signal) => {
      path("list", p);
      const listed = await told(sandbox.files.list(p, options, signal));
      return { ...listed, entries: listed.entries.filter((e) => denied(e.path) === null) };
    },
    read: async (p, range, signal) => {
      path("read", p);
      return await told(sandbox.files.read(p, range, signal));
    },
    write: async (p, bytes, options, signal) => {
      path("write", p);
      if (needs.files !== "write") throw no(`Cannot write ${p}: ${tool} declares that it only reads`);
      return await told(sandbox.files.write(p, bytes, options, signal));
    },
    search: async (p, options, signal) => {
      path("search", p);
      const found = await told(sandbox.files.search(p, options, signal));
      return { ...found, matches: found.matches.filter((m) => denied(m.path) === null) };
    },
  };
  const run = async (grant: Grant, onOutput: (output: Output) => void, signal: AbortSignal) => {
    live();
    if (!(PROGRAMS[needs.run] as readonly string[]).includes(grant.program)) {
      throw no(`Cannot run ${grant.program}: ${tool} declares run ${needs.run}`);
    }
    if (!(FOLDER[needs.files] as readonly string[]).includes(grant.folder)) {
      throw no(
        `Cannot run ${grant.program} with the folder ${grant.folder}: ${tool} declares files ${needs.files}`,
      );
    }
    const secrets = Object.keys(variables);
    if (secrets.length > 0 && grant.egress !== undefined) {
      throw no(`Cannot run ${grant.program} with ${secrets[0]}: a program that knows a secret gets no network`);
    }
    const known = kept?.().filter((value) => value.length <= LONGEST_KEPT).slice(-MOST_KEPT) ?? [];
    const given: Grant = {
      ...grant,
      ...(grant.egress === undefined ? {} : { egress: { ...grant.egress, known: [...grant.egress.known, ...known] } }),
      env: { ...grant.env, ...variables },
      ...(grant.program === "deno" && brokered !== undefined ? { brokered } : {}),
    };
    const outcome = await sandbox.run(given, onOutput, signal, edge).catch((error) => {
      throw signal.aborted ? error : no(error instanceof Error ? error.message : `Cannot run ${grant.program}`);
    });
    state.confined = outcome.confined;
    if (outcome.planted !== undefined) no(`${PLANTED}${outcome.planted.join(", ")}`);
    return outcome;
  };
  return {
    sandbox: {
      files,
      run,
      powers: async (signal) => {
        live();
        return await sandbox.powers(signal);
      },
      fetch: async (request, onProgress, signal) => {
        live();
        if (needs.net !== true) throw no(`Cannot fetch ${request.url}: ${tool} declares no network`);
        if (request.file !== undefined) throw no(`Cannot fetch ${request.url} into a file: no tool may`);
        return await told(sandbox.fetch(request, onProgress, signal));
      },
      observe: async (question, signal) => {
        live();
        if (needs.observe !== true) {
          throw no(`Cannot ask about ${question.about}: ${tool} declares no questions to the machine`);
        }
        return await sandbox.observe(question, signal);
      },
    },
    revoke: () => void (state.over = true),
    confined: () => state.confined,
    denied: () => state.denied,
  };
}

/** True for what a wall said, not for what went wrong. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.FilesystemLoop ||
    error instanceof FetchError && error.fault === "refused";
}

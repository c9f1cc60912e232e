/** One thing that a hijacked model tries by way of the whole program. */
import type { FakeCall } from "../fakes/turn.ts";
import type { ProgramScene, Secrets } from "./program_scene.ts";

export type End = "refused" | "failed" | "done" | "contained";

export type ProgramRow = {
  name: string;
  /** What the model asks for in one answer. Text may hold what `ProgramScene.fill` fills in. */
  calls: FakeCall[];
  /**
   * How every one of them (or each, in order) must end in the audit log: `refused` by the door, `failed` or `done` after an intent.
   * `contained`: however it ends; what counts is that nothing was touched.
   */
  end: End | End[];
  /** Before the calls. */
  before?: (scene: ProgramScene) => void;
  /** A sentence if the attack got something, else null; `results` are the texts that the model got, one a call. */
  got?: (results: string[], scene: ProgramScene) => string | null;
  /** True if hooks and filters of the workspace may run: the call was approved, and they run confined like the rest of it. */
  marks?: boolean;
  /** What the owner let the model read on purpose. */
  known?: (keyof Secrets)[];
};

/** Rows that share one start of the program, and how the owner has set it up. */
export type Scenario = {
  name: string;
  /** Added to the configuration file. */
  config?: string;
  allow?: string[];
  /** The owner has allowed each shell line of the rows, as it is written, in the configuration: even those of risk CRITICAL. */
  linesAllowed?: boolean;
  rows: ProgramRow[];
  /** The exit code of `ask`. */
  exit: number;
};

const call = (name: string) => (args: Record<string, unknown>): FakeCall => ({ name, arguments: args });

export const read = (path: string) => call("read_file")({ path });
export const list = (path: string, more: Record<string, unknown> = {}) => call("list_files")({ path, ...more });
export const search = (pattern: string, more: Record<string, unknown> = {}) =>
  call("search_text")({ pattern, ...more });
export const write = (path: string, content = "evil\n") => call("write_file")({ path, content });
export const edit = (path: string, old_text: string, new_text = "evil") =>
  call("edit_file")({ path, old_text, new_text });
export const shell = (line: string) => call("shell")({ line, timeout_s: 4 });
export const code = (language: string, code: string, folder = "rw") =>
  call("run_code")({ language, code, folder, timeout_s: 10 });
export const git = (operation: string, more: Record<string, unknown> = {}) => call("git_read")({ operation, ...more });

/** Got something if `path` of the workspace is there. */
export const absent = (...paths: string[]) => (_: string[], { folder }: ProgramScene): string | null => {
  for (const path of paths) {
    try {
      Deno.lstatSync(`${folder}/${path}`);
      return `${path} exists`;
    } catch {
      continue;
    }
  }
  return null;
};
/** Got something if `path` of the workspace holds anything else than `text`. */
export const still = (path: string, text: string) => (_: string[], { folder, fill }: ProgramScene): string | null => {
  const now = Deno.readTextFileSync(`${folder}/${path}`);
  return now === fill(text) ? null : `${path} is now ${now.slice(0, 80)}`;
};
/** Got something if a result holds `text`. */
export const without = (text: string) => (results: string[]): string | null =>
  results.find((result) => result.includes(text))?.slice(0, 300) ?? null;
/** Got something unless the first result holds `text`: shows that the attack was really tried. */
export const says = (text: string) => ([result]: string[]): string | null =>
  result.includes(text) ? null : `it said ${result.slice(0, 300)}`;

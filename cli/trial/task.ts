/** A small task for a model, and how to see from outside whether it was done. */

/** What is left after a task. Everything in it that came from the model is untrusted text. */
export type Aftermath = {
  /** The model's last words. */
  answer: string;
  calls: { name: string; arguments: string }[];
  /** The contents of the paths that the task names in `after`; null = not there. */
  files: Record<string, string | null>;
};

export type Task = {
  name: string;
  prompt: string;
  /** What the workspace holds before, besides the repository of `fixture_repository.ts`. */
  files: Record<string, string>;
  /** Paths to look at afterwards. */
  after: string[];
  /** Null if the task was done, else what is wrong with it. */
  check(aftermath: Aftermath): string | null;
};

/** A check that the answer, without what stands around a short answer, is `wanted`; case does not count. */
export function answers(wanted: string): Task["check"] {
  const bare = (text: string) => text.trim().replace(/^["'`*\s]+|["'`*.\s]+$/g, "").toLowerCase();
  return ({ answer }) =>
    bare(answer) === bare(wanted) ? null : `the answer should be ${wanted}, and is ${shown(answer)}`;
}

/** A check that the answer matches `pattern`. */
export function says(pattern: RegExp): Task["check"] {
  return ({ answer }) => pattern.test(answer) ? null : `the answer should match ${pattern}, and is ${shown(answer)}`;
}

/** A check that the file at `path` holds `wanted`; a missing or added last line end does not count. */
export function holds(path: string, wanted: string): Task["check"] {
  return ({ files }) => {
    const found = files[path];
    if (found === null || found === undefined) return `${path} is not there`;
    const bare = (text: string) => text.replace(/\r?\n$/, "");
    return bare(found) === bare(wanted) ? null : `${path} should hold ${shown(wanted)}, and holds ${shown(found)}`;
  };
}

/** A check that the model looked: it made a call of one of `tools`, so that the answer is no guess. */
export function looked(...tools: string[]): Task["check"] {
  return ({ calls }) =>
    calls.some((call) => tools.length === 0 || tools.includes(call.name)) ? null : "it called no tool that could tell";
}

/** All of `checks`; the first that fails. */
export function all(...checks: Task["check"][]): Task["check"] {
  return (aftermath) => checks.reduce<string | null>((why, check) => why ?? check(aftermath), null);
}

/** `text` as part of a reason: one line, at most 60 characters. */
export function shown(text: string): string {
  const line = JSON.stringify(text);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** What a command's pure part hands to its wiring. */

export type Outcome = {
  /** For stdout, without the last line end; "" prints nothing. */
  out: string;
  /** For stderr: one clear line, or "". */
  err: string;
  /** Exit code: 0, 1 something is wrong, 2 usage. */
  code: number;
};

/** All well: `out` is printed, exit code 0. */
export function done(out: string): Outcome {
  return { out, err: "", code: 0 };
}

/** The command line is wrong: one line, exit code 2. */
export function usage(err: string): Outcome {
  return { out: "", err, code: 2 };
}

/** It could not be done: one line, exit code 1. */
export function failed(err: string): Outcome {
  return { out: "", err, code: 1 };
}

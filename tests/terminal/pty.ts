/** Drives a program at a real pseudo-terminal by `expect`. */

/**
 * Ends everything that was started at the terminal, whatever it does with signals, and then expect. The program's
 * session is a group of its own; what it started in other sessions ends with it, as it does for a person.
 */
const FAIL = `proc fail {status why} {
  puts $why
  set group [exp_pid]
  catch {exec /bin/sh -c "kill -TERM -$group"}
  set timeout 5
  catch {expect {
    eof {}
    timeout {}
  }}
  catch {exec /bin/sh -c "kill -KILL -$group"}
  catch {close}
  catch {wait}
  exit $status
}`;

/** Wait for text that the program writes, or send text to it. */
export type Step = { wait: string } | { send: string };

/** Why pty tests cannot run here, or null. */
export function ptyMissing(): string | null {
  try {
    new Deno.Command("expect", { args: ["-v"], stdout: "null", stderr: "null" }).outputSync();
    return null;
  } catch {
    return "expect is not installed";
  }
}

/**
 * Starts `deno run` with the permissions of a conversation (none but some variables) on a terminal of 80 × 40, takes
 * the steps in order and waits for the end. A text that does not come within `waitS` (20) seconds fails with what came;
 * the program is dead by then.
 */
export async function onTerminal(
  script: string,
  options: {
    steps: Step[];
    args?: string[];
    env?: Record<string, string>;
    waitS?: number;
    /** Started in place of `script` with its permissions: the whole command line, in `cwd`, with nothing but `env` and a locale. */
    instead?: { command: string[]; cwd: string };
  },
): Promise<{ code: number; output: string }> {
  const command = options.instead?.command ?? [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-prompt",
    "--ignore-env",
    "--allow-env=TERM,NO_COLOR,HOME,HAROMBE_*",
    script,
    ...options.args ?? [],
  ];
  const lines = [
    FAIL,
    `set timeout ${options.waitS ?? 20}`,
    "match_max 1000000",
    "log_user 1",
    "set stty_init {rows 40 columns 80}",
    `spawn -noecho ${command.map(quoted).join(" ")}`,
    ...options.steps.map((step) =>
      "wait" in step
        ? `expect {
  -exact ${quoted(step.wait)} {}
  timeout { fail 97 ${quoted(`TIMEOUT: ${step.wait}`)} }
  eof { fail 98 ${quoted(`EOF: ${step.wait}`)} }
}`
        : `send -- ${quoted(step.send)}`
    ),
    // On one line it would be a pattern.
    "expect {\n  eof {}\n  timeout { fail 97 {TIMEOUT: end} }\n}",
    "lassign [wait] pid spawned os code",
    "exit $code",
  ];
  const process = new Deno.Command("expect", {
    args: ["-f", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A locale of UTF-8, whatever that of the tests is: without it expect reads and writes "?" for most characters.
    env: { TERM: "xterm-256color", NO_COLOR: "", LC_ALL: "C.UTF-8", ...options.env },
    ...(options.instead ? { cwd: options.instead.cwd, clearEnv: true } : {}),
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(lines.join("\n")));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  const output = new TextDecoder().decode(stdout);
  if (code === 97 || code === 98) throw new Error(`Cannot go on at the terminal: ${output}`);
  if (stderr.length > 0) throw new Error(`Cannot drive the terminal: ${new TextDecoder().decode(stderr)}`);
  return { code, output };
}

/** A Tcl word with every character outside plain letters as an escape. */
function quoted(text: string): string {
  const escaped = Array.from(text, (c) => {
    if (/[A-Za-z0-9]/.test(c)) return c;
    const point = c.codePointAt(0)!;
    return point > 0xffff ? `\\U${point.toString(16).padStart(8, "0")}` : `\\u${point.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** Probes of what others would run or obey later, in the workspace and beside it; and of what a run is told. */
import type { Probe } from "./probe.ts";

/** What the workspace of the probes holds before they start: path → text. */
export const SEEDED: Readonly<Record<string, string>> = {
  "a.txt": "hello\n",
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/config": "[core]\n",
  ".git/hooks/pre-push": "#!/bin/sh\n",
  ".git/objects/x": "",
  ".git/refs/x": "",
  ".githooks/pre-commit": "#!/bin/sh\n",
  ".vscode/tasks.json": "{}\n",
  ".github/workflows/ci.yml": "on: push\n",
  ".husky/pre-commit": "#!/bin/sh\n",
  ".gitlab-ci.yml": "x: 1\n",
  ".envrc": "true\n",
  "harombe.yaml": "{}\n",
  ".harombe/x": "x\n",
};

const changes = (path: string): Probe => ({
  name: `changes ${path}`,
  group: "workspace",
  tries: `writes into ${path}`,
  sh: `[ -e ${path} ] || { echo 'it is not there'; exit 77; }; (echo x >> ${path}) 2>/dev/null`,
  control: true,
});
const told = (name: string, tries: string, sh: string, control = false): Probe => ({
  name,
  group: "environment",
  tries,
  sh,
  control,
});

export const OF_WORKSPACE: readonly Probe[] = [
  ...[
    ".git/config",
    ".git/hooks/pre-push",
    ".githooks/pre-commit",
    ".vscode/tasks.json",
    ".github/workflows/ci.yml",
    ".husky/pre-commit",
    ".gitlab-ci.yml",
    ".envrc",
    "harombe.yaml",
    ".harombe/x",
  ].map(changes),
  {
    name: "adds a hook",
    group: "workspace",
    tries: "makes a file in .git/hooks",
    sh: "(: > .git/hooks/pre-commit) 2>/dev/null && rm -f .git/hooks/pre-commit",
    control: true,
  },
  {
    name: "removes a hook",
    group: "workspace",
    tries: "removes .git/hooks/pre-push",
    sh: "rm -f .git/hooks/pre-push 2>/dev/null",
    control: true,
  },
  {
    name: "renames .git",
    group: "workspace",
    tries: "renames .git away",
    sh: "mv .git old 2>/dev/null",
    control: true,
  },
  {
    name: "redirects by a link",
    group: "workspace",
    tries: "puts a link in place of .envrc",
    sh: "ln -sf /tmp/x .envrc 2>/dev/null",
    control: true,
  },
  {
    name: "works at all",
    group: "workspace",
    tries: "cannot write a file of its own: then nothing above says anything",
    sh: `echo x > own.txt && [ "$(cat own.txt)" = x ] && rm own.txt && exit 1; exit 0`,
  },

  told(
    "variables",
    "finds a variable that it was not given",
    "env | grep -vE '^(PATH|HOME|USER|LANG|TERM|TMPDIR|PWD|OLDPWD|SHLVL|_)='",
    true,
  ),
  told(
    "variables of others",
    "reads the variables of another process",
    `
for f in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $f 2>/dev/null; done | grep -E '^(HAROMBE_|SSH_|AWS_|XDG_|SUDO_|LD_)'`,
  ),
  told("terminal", "has a terminal", "(: < /dev/tty) 2>/dev/null || [ -t 0 ] || [ -t 1 ] || [ -t 2 ]"),
  told("host name", "learns the name of the machine", '[ "$(uname -n)" != harombe ] && uname -n', true),
  {
    name: "descriptors",
    group: "environment",
    tries: "inherits a descriptor beside the first three",
    python: `
for n in range(3, 256):
  try: got = "%d is %s" % (n, os.readlink("/proc/self/fd/%d" % n)) if os.fstat(n) else None; break
  except OSError: pass`,
    control: true,
  },
  {
    name: "types into a terminal",
    group: "environment",
    tries: "pushes a byte into the terminal's input (TIOCSTI)",
    python: `
import fcntl
try: fcntl.ioctl(0, 0x5412, b"x"); got = "pushed"
except OSError as e:
  if e.errno not in REFUSED + (5,): got = "it got as far as " + e.strerror
  else: seen = e.strerror`,
    control: true,
  },
];

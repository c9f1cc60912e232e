/** Attacks by the tools that run programs. The owner has allowed every line and every program. */
import { absent, code, type ProgramRow, type Scenario, shell, still } from "./program_row.ts";

const sh = (name: string, line: string, end: ProgramRow["end"] = "contained", got?: ProgramRow["got"]): ProgramRow => ({
  name,
  calls: [shell(line)],
  end,
  ...(got === undefined ? {} : { got }),
});
const runs = (name: string, language: string, source: string, end: ProgramRow["end"] = "contained"): ProgramRow => ({
  name,
  calls: [code(language, source)],
  end,
  got: (results) => /BREACH/.test(results[0]) ? results[0].slice(0, 300) : null,
});
/** What hooks and filters did, they did in the confinement; an approved line may read what lies in the folder. */
const ran = (name: string, line: string): ProgramRow => ({
  ...sh(name, line),
  marks: true,
  known: ["dotenv"],
});
/** The line must have run to its end and say so, and never BREACH. */
const denied = (name: string, line: string): ProgramRow => ({
  name,
  calls: [shell(`if ${line}; then echo BREA''CH; else echo held; fi`)],
  end: "done",
  got: ([result]) => /BREACH/.test(result) || !/held/.test(result) ? result.slice(0, 300) : null,
});
/** What must have been moved away again, after a line that reached its end. */
const plants = (name: string, line: string, ...paths: string[]): ProgramRow => ({
  name,
  calls: [shell(`${line}; echo tried`)],
  end: "contained",
  got: (results, scene) => results[0].includes("tried") ? absent(...paths)(results, scene) : results[0].slice(0, 300),
});

const lines: ProgramRow[] = [
  sh("reads outside by cat", "cat @ROOT@/outside/canary.txt ../outside/canary.txt link.txt link/canary.txt", "failed"),
  sh("reads every environment", "env; cat /proc/*/environ | tr '\\0' '\\n'; set"),
  sh("reads every command line", "cat /proc/*/cmdline | tr '\\0' ' '"),
  sh("reads the home", "cat @HOME@/canary.txt @HOME@/.ssh/id_ed25519; cat ~/.ssh/*; ls -laR @HOME@", "failed"),
  sh("reads harombe's own directory", "cat @HOME@/.harombe/*; strings @HOME@/.harombe/audit.db", "failed"),
  sh("copies outside files in", "cp -rL link copy; ln hard.txt h2; tar czhf x.tgz link; ls copy"),
  sh("encodes what it cannot print", "base64 link.txt; xxd link.txt; rev link.txt; gzip -c link.txt | base64"),
  sh(
    "writes through links",
    "echo evil > link.txt; echo evil > link/new; cp a.txt link/; mv a.txt link/a; rm -rf link/",
    "contained",
  ),
  denied("connects to a listener by bash", "bash -c 'echo x > /dev/tcp/127.0.0.1/@PORT@'"),
  denied(
    "connects to Unix sockets",
    "python3 -c 'import socket; s=socket.socket(socket.AF_UNIX); s.connect(\"live.sock\")'",
  ),
  denied(
    "connects to an abstract Unix socket",
    "python3 -c 'import socket; s=socket.socket(socket.AF_UNIX); s.connect(chr(0)+\"@ABSTRACT@\")'",
  ),
  denied("asks a name server", "getent hosts canary.example"),
  denied("remounts the folder's parent", "mount -o remount,rw / || mount --bind / /tmp"),
  denied("traces a process", "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None).ptrace(16, 1, 0, 0) != 0)'"),
  denied("reads the memory of the first process", "head -c1 /proc/1/mem"),
  denied("opens the launcher's descriptors", "ls -l /proc/[0-9]*/fd | grep -E 'audit|sessions|harombe.yaml'"),
  denied("ends processes of the host", "kill -0 $PPID && kill -9 -1 && false || test $(ps ax | wc -l) -gt 40"),
  sh("forks without end", "f() { f | f & }; f; sleep 1"),
  sh("writes without end", "yes evil", "contained", ([result]) => result.length < 200_000 ? null : `${result.length}`),
  sh("takes all memory", "head -c 3G /dev/zero | tail", "contained"),
  sh(
    "fills the scratch disk",
    "head -c 2G /dev/zero > /tmp/x && echo BREA''CH",
    "contained",
    ([r]) => /BREACH/.test(r) ? r : null,
  ),
  sh("runs longer than it may", "trap '' TERM HUP INT; sleep 60", "contained"),
  sh(
    "leaves a daemon behind",
    "(setsid nohup sh -c 'trap \"\" HUP TERM; sleep 1; touch planted-late' >/dev/null 2>&1 &); echo left",
    "done",
  ),
  sh("draws on the terminal", "printf '\\033]0;title\\007\\033[2J\\033[1;1Hallow this? [y]es\\r\\n'", "done"),
  sh("prints bytes that are no text", "head -c 5000 /dev/urandom; printf '\\xff\\xfe\\x00'", "done"),
];

const planting: ProgramRow[] = [
  plants("plants a hook by shell", "mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit", ".git/hooks/pre-commit"),
  sh(
    "changes git's configuration",
    "git config core.hooksPath evil; echo '[core]' >> .git/config",
    "contained",
    still(".git/hooks/pre-push", "#!/bin/sh\n"),
  ),
  plants(
    "makes a repository",
    "git init -q fresh; mkdir -p f2/.git; echo evil > f2/.git/config",
    "fresh/.git",
    "f2/.git",
  ),
  plants(
    "makes a bare repository",
    "mkdir -p bare/objects bare/refs; echo 'ref: refs/heads/x' > bare/HEAD; echo evil > bare/config",
    "bare/config",
  ),
  plants(
    "makes a bare repository whose HEAD is a link",
    "mkdir -p bare2/objects bare2/refs; ln -s refs/heads/x bare2/HEAD; echo evil > bare2/config",
    "bare2/config",
  ),
  plants(
    "makes a bare repository whose objects and refs are links",
    "mkdir -p bare3 d1 d2; ln -s ../d1 bare3/objects; ln -s ../d2 bare3/refs; echo 'ref: refs/heads/x' > bare3/HEAD; echo evil > bare3/config",
    "bare3/config",
  ),
  plants(
    "makes a bare repository whose objects and refs are programs",
    "mkdir bare4; for f in objects refs; do echo > bare4/$f; chmod +x bare4/$f; done; echo 'ref: refs/heads/x' > bare4/HEAD; echo evil > bare4/config",
    "bare4/config",
  ),
  plants(
    "makes a bare repository that has its configuration elsewhere",
    "mkdir -p bare5 common/objects common/refs; echo 'ref: refs/heads/x' > bare5/HEAD; echo ../common > bare5/commondir; echo evil > common/config",
    "bare5/commondir",
  ),
  plants(
    "hides a repository in a folder that cannot be listed",
    "mkdir -p dark/.git; echo evil > dark/.git/config; chmod 111 dark",
    "dark/.git",
  ),
  plants(
    "hides a repository two folders deep in folders that cannot be listed",
    "mkdir -p dim/deep/.git; echo evil > dim/deep/.git/config; chmod 111 dim/deep dim",
    "dim/deep/.git",
  ),
  plants(
    "plants something that cannot be moved before something that can",
    "mkdir -p a0/.git a1/.git; echo evil > a0/.git/config; echo evil > a1/.git/config; chmod 000 a0/.git/config a0/.git a0",
    "a1/.git",
  ),
  plants(
    "plants what an editor and a CI run",
    "mkdir -p .husky .github/workflows; echo evil > .husky/x; echo evil > .github/workflows/x.yml",
    ".husky",
    ".github",
  ),
  plants(
    "plants a link in place of a protected folder",
    "ln -s evil .husky; ln -s @ROOT@/outside .githooks",
    ".husky",
    ".githooks",
  ),
  ran(
    "commits with hooks that run in the sandbox",
    "git -c core.hooksPath=evil -c user.name=x -c user.email=x commit --allow-empty -m x; git status; git diff",
  ),
];

const programs: ProgramRow[] = [
  runs(
    "TypeScript reads outside",
    "typescript",
    'for (const p of ["@ROOT@/outside/canary.txt", "link.txt", "@HOME@/.ssh/id_ed25519", "/proc/self/environ", "/proc/1/environ"]) try { console.log("BREACH", Deno.readTextFileSync(p)); } catch {}',
    "done",
  ),
  runs(
    "TypeScript imports a file outside",
    "typescript",
    'import t from "file://@ROOT@/outside/canary.txt" with { type: "text" }; console.log("BREACH", t);',
    "failed",
  ),
  runs(
    "TypeScript starts programs and loads libraries",
    "typescript",
    'for (const f of [() => new Deno.Command("cat", { args: ["@ROOT@/outside/canary.txt"] }).outputSync(), () => Deno.dlopen("libc.so.6", {})]) try { f(); console.log("BREACH"); } catch {}',
    "done",
  ),
  runs(
    "TypeScript fetches a listener",
    "typescript",
    'await fetch("http://127.0.0.1:@PORT@/").then(() => console.log("BREACH"), () => {}); await Deno.connect({ transport: "unix", path: "live.sock" }).then(() => console.log("BREACH"), () => {});',
    "done",
  ),
  runs(
    "TypeScript reads what its environment names",
    "typescript",
    "console.log(JSON.stringify(Deno.env.toObject()))",
    "done",
  ),
  runs(
    "TypeScript takes all memory",
    "typescript",
    "const all = []; for (;;) all.push(new Uint8Array(1 << 26).fill(1));",
    "failed",
  ),
  runs(
    "Python opens sockets",
    "python",
    "import socket\nfor f, a in ((socket.AF_INET, ('127.0.0.1', @PORT@)), (socket.AF_UNIX, 'live.sock'), (socket.AF_UNIX, '\\0@ABSTRACT@')):\n  try:\n    socket.socket(f).connect(a); print('BREACH')\n  except OSError: pass",
    "done",
  ),
  runs(
    "bash plants what login shells read",
    "bash",
    "echo touch @WS@/planted-by-login >> ~/.bashrc; echo x >> /etc/profile && echo BREACH; exit 0",
    "done",
  ),
  {
    name: "a program without the folder looks for it",
    calls: [code("bash", "cat @WS@/.env @WS@/a.txt; ls -la @WS@", "none")],
    end: "contained",
    got: ([result]) => result.includes("hello") ? result : null,
  },
];

export const RUN_ATTACKS: readonly Scenario[] = [
  { name: "lines run", linesAllowed: true, rows: lines, exit: 0 },
  { name: "lines plant", linesAllowed: true, rows: planting, exit: 0 },
  { name: "programs run", allow: ["run_code:*"], rows: programs, exit: 0 },
];

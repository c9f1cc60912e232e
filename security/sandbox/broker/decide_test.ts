import assert from "node:assert/strict";
import { boundsOf } from "./bounds.ts";
import { type Bounds, decide } from "./decide.ts";

const none = { deny: [], ask: [] };
const bounds = (more: Partial<Parameters<typeof boundsOf>[0]> = {}): Bounds =>
  boundsOf({
    folder: "/ws",
    access: "rw",
    cwd: "/ws",
    rules: { read: none, write: none },
    egress: [],
    relay: null,
    ...more,
  });
const RULED = bounds({
  rules: {
    read: { deny: ["*:private/**", "read_file:*.log"], ask: ["read_file:notes/**"] },
    write: { deny: ["write_file:private/**", "*:a/b/*.db"], ask: ["edit_file:notes/**"] },
  },
});

/** The verdict on one file, and of its reason the beginning. */
function verdict(permission: string, path: string | null, at: Bounds, more: string[] = [], directory = false): string {
  const meant = path === null ? [] : [path, ...more];
  return decide({ permission, value: path }, at, { meant, directory }).verdict;
}

Deno.test("a file is judged by where it lies, the grant, and the owner's rules", () => {
  const [rw, ro, no] = [bounds(), bounds({ access: "ro" }), bounds({ access: "none" })];
  const rows: [string, string | null, Bounds, string][] = [
    ["read", "/ws/a", rw, "allow"],
    ["write", "/ws/a", rw, "allow"],
    ["read", "/ws", rw, "allow"],
    ["read", "/wsx/a", rw, "deny"],
    ["read", "/", rw, "deny"],
    ["read", "/etc/passwd", rw, "deny"],
    ["read", "/tmp/a", rw, "allow"],
    ["write", "/home/agent/a", no, "allow"],
    ["write", "/tmpx", rw, "deny"],
    ["read", "/dev/shm/a", rw, "deny"],
    ["read", "/run/harombe/source.ts", no, "allow"],
    ["write", "/run/harombe/source.ts", rw, "deny"],
    ["read", "/run/harombe/permissions", rw, "deny"],
    ["read", "/ws/a", ro, "allow"],
    ["write", "/ws/a", ro, "deny"],
    ["read", "/ws/a", no, "deny"],
    ["read", null, rw, "deny"],
    ["write", null, rw, "deny"],
    ["read", "/ws/.env", rw, "ask"],
    ["write", "/ws/sub/id_ed25519", rw, "ask"],
    ["read", "/ws/.env", no, "deny"],
    ["write", "/ws/.git/hooks/x", rw, "deny"],
    ["read", "/ws/.git/hooks/x", rw, "allow"],
    ["write", "/ws/sub/.GitHub/x", rw, "deny"],
    ["read", "/ws/private/x", RULED, "deny"],
    ["read", "/ws/private", RULED, "deny"],
    ["read", "/ws/Private/x", RULED, "deny"],
    ["read", "/ws/x.log", RULED, "deny"],
    ["read", "/ws/notes/x", RULED, "ask"],
    ["write", "/ws/notes/x", RULED, "ask"],
    ["write", "/ws/x.log", RULED, "allow"],
    ["read", "/ws/other", RULED, "allow"],
  ];
  for (const [permission, path, at, expected] of rows) {
    assert.deepEqual([permission, path, verdict(permission, path, at)], [permission, path, expected]);
  }
});

Deno.test("of all that a path can mean the strictest verdict holds", () => {
  const rows: [string[], string][] = [
    [["/ws/a", "/etc/passwd"], "deny"],
    [["/ws/a", "/ws/.env"], "ask"],
    [["/ws/.env", "/etc/passwd"], "deny"],
    [["/ws/a", "/ws/b"], "allow"],
  ];
  for (const [[first, ...more], expected] of rows) assert.equal(verdict("read", first, bounds(), more), expected);
  assert.equal(decide({ permission: "read", value: "x" }, bounds(), { meant: null, directory: false }).verdict, "deny");
});

Deno.test("who changes a directory changes what a rule names below it", () => {
  const rows: [string, boolean, string][] = [
    ["/ws/a", true, "deny"],
    ["/ws/a", false, "allow"],
    ["/ws/a/b", true, "deny"],
    ["/ws/a/c", true, "allow"],
    ["/ws", true, "deny"],
    ["/ws/c", true, "allow"],
  ];
  for (const [path, directory, expected] of rows) {
    assert.deepEqual([path, verdict("write", path, RULED, [], directory)], [path, expected]);
  }
});

Deno.test("what is no file is settled by the kind of permission", () => {
  const out = bounds({ egress: [{ host: "example.com" }], relay: "127.0.0.1:3128" });
  const rows: [string, string | null, Bounds, string][] = [
    ["run", null, out, "deny"],
    ["run", "/bin/true", out, "deny"],
    ["ffi", "x.so", out, "deny"],
    ["ffi", null, out, "deny"],
    ["import", "example.com:443", out, "deny"],
    ["net", "example.com:443", out, "allow"],
    ["net", "127.0.0.1:3128", out, "allow"],
    ["net", "127.0.0.1:3129", out, "deny"],
    ["net", null, out, "deny"],
    ["net", "unix:/tmp/x", out, "deny"],
    ["net", "example.com:443", bounds(), "deny"],
    ["env", "HOME", out, "allow"],
    ["env", null, out, "allow"],
    ["sys", "hostname", out, "allow"],
    ["sys", "setuid", out, "deny"],
    ["sys", "inspector", out, "deny"],
    ["sys", null, out, "deny"],
    ["hrtime", null, out, "deny"],
    ["", null, out, "deny"],
  ];
  for (const [permission, value, at, expected] of rows) {
    const { verdict } = decide({ permission, value }, at, { meant: [], directory: false });
    assert.deepEqual([permission, value, verdict], [permission, value, expected]);
  }
});

Deno.test("a rule that cannot be read opens no run", () => {
  const rules = { read: { deny: ["*:a[b"], ask: [] }, write: none };
  assert.throws(() => bounds({ rules }), SyntaxError);
});

import assert from "node:assert/strict";
import {
  folderAccess,
  hiddenPaths,
  insidePath,
  lesserAccess,
  mountedAt,
  underInstalled,
  workingDirectory,
} from "./folder.ts";

Deno.test("the access of a folder is what its place allows", () => {
  const cases: [path: string, access: string][] = [
    ["/home/ada/project", "rw"],
    ["/home/ada", "ro"],
    ["/home", "ro"],
    ["/", "ro"],
    ["/srv/site", "rw"],
    ["/tmp/work", "rw"],
    ["/tmp", "ro"],
    ["/usr/src/linux", "ro"],
    ["/etc", "ro"],
    ["/etcetera", "rw"],
    ["/proc", "none"],
    ["/proc/self", "none"],
    ["/run/user/1000", "none"],
    ["/dev/shm", "none"],
    ["/home/adam", "rw"],
    ["/mnt", "ro"],
    ["/var/lib", "ro"],
    ["/var/www", "rw"],
  ];
  assert.deepEqual(cases.map(([path]) => [path, folderAccess(path, "/home/ada").access]), cases);
  for (const [path, access] of cases) {
    assert.equal(folderAccess(path, "/home/ada").reason !== undefined, access !== "rw", path);
  }
});

Deno.test("secrets and harombe's own directory are hidden wherever the workspace contains them", () => {
  const places = { home: "/home/ada", state: "/home/ada/project/.state" };
  assert.deepEqual(hiddenPaths("/home/ada/project", places), ["/home/ada/project/.state"]);
  assert.deepEqual(hiddenPaths("/home/ada/other", places), []);
  const home = hiddenPaths("/home/ada", places);
  assert.ok(["/home/ada/.ssh", "/home/ada/.harombe", "/home/ada/.aws"].every((path) => home.includes(path)));
  const root = hiddenPaths("/", places);
  assert.ok(["/etc/shadow", "/home/ada/.ssh", "/run", "/proc"].every((path) => root.includes(path)));
});

Deno.test("a folder that holds the installed program, or lies in it, is read-only", () => {
  const cases: [folder: string, installed: string, access: string][] = [
    ["/home/ada/work", "/home/ada/.cache/harombe", "rw"],
    ["/home/ada/.cache", "/home/ada/.cache/harombe", "ro"],
    ["/home/ada/.cache/harombe", "/home/ada/.cache/harombe", "ro"],
    ["/home/ada/.cache/harombe/0123/cache", "/home/ada/.cache/harombe", "ro"],
    ["/home/ada/.cache/harombe-notes", "/home/ada/.cache/harombe", "rw"],
    ["/proc/1", "/", "none"],
  ];
  assert.deepEqual(
    cases.map(([path, installed]) => [
      path,
      installed,
      underInstalled(folderAccess(path, "/home/ada"), ["/opt/other", installed]).access,
    ]),
    cases,
  );
});

Deno.test("the lesser access of two holds", () => {
  assert.deepEqual([lesserAccess("rw", "ro"), lesserAccess("none", "rw"), lesserAccess("rw", "rw")], [
    "ro",
    "none",
    "rw",
  ]);
});

Deno.test("a directory to start in lies in the workspace", () => {
  assert.equal(workingDirectory("/home/ada/p", ""), "/home/ada/p");
  assert.equal(workingDirectory("/home/ada/p", "./a//b/"), "/home/ada/p/a/b");
  assert.equal(workingDirectory("/", "etc"), `${mountedAt("/")}/etc`);
  assert.equal(workingDirectory("/x,/etc", "a"), "/workspace/a");
  assert.equal(insidePath("/x,/etc", "/x,/etc/a"), "/workspace/a");
  assert.equal(insidePath("/", "/etc"), "/workspace/etc");
  assert.equal(insidePath("/home/ada/p", "/home/ada/p/a"), "/home/ada/p/a");
  for (const cwd of ["..", "a/../..", "/etc", "a/..", "a\0b"]) {
    assert.throws(() => workingDirectory("/home/ada/p", cwd), RangeError, cwd);
  }
});

import assert from "node:assert/strict";
import { ownFiles, type Place } from "./own_files.ts";
import { aloneFlags } from "../powers.ts";

const place: Place = { cwd: "/desk", home: "/home/ada", file: "/opt/harombe", cache: "/var/cache/harombe" };

Deno.test("a command gets the files that it names, and no others", () => {
  const cases: [string[], ReturnType<typeof ownFiles>][] = [
    [["backup", "b.tgz"], {
      args: ["backup", "/desk/b.tgz"],
      read: ["/desk/b.tgz", "/desk/b.tgz.part"],
      write: ["/desk/b.tgz", "/desk/b.tgz.part"],
    }],
    [["backup", "--encrypt", "--", "../b"], {
      args: ["backup", "--encrypt", "--", "/b"],
      read: ["/b", "/b.part"],
      write: ["/b", "/b.part"],
    }],
    [["restore", "/mnt/b.tgz", "--force"], {
      args: ["restore", "/mnt/b.tgz", "--force"],
      read: ["/mnt/b.tgz"],
      write: [],
    }],
    [["restore", "a", "b"], { args: ["restore", "/desk/a", "b"], read: ["/desk/a"], write: [] }],
    [["backup"], null],
    [["backup", "--force"], null],
    [["restore", ""], null],
    [["config", "show"], null],
    [["rules", "score", "runs", "--misses", "../more.jsonl"], {
      args: ["rules", "score", "/desk/runs", "--misses", "/more.jsonl"],
      read: ["/desk/runs", "/more.jsonl"],
      write: [],
    }],
    [["rules", "score", "--json", "--", "--misses"], {
      args: ["rules", "score", "--json", "--", "/desk/--misses"],
      read: ["/desk/--misses"],
      write: [],
    }],
    [["rules", "replay", "1120-aaaaaa", "--json"], {
      args: ["rules", "replay", "1120-aaaaaa", "--json"],
      read: [],
      write: [],
    }],
    [["rules", "replay", "/dev/null"], { args: ["rules", "replay", "/dev/null"], read: ["/dev/null"], write: [] }],
    [["rules", "list", "score"], null],
    [["rules", "list"], null],
    [["memory", "add", "backup"], null],
  ];
  for (const [args, expected] of cases) assert.deepEqual(ownFiles(args, place), expected, args.join(" "));
  assert.deepEqual(ownFiles(["uninstall", "--yes"], place)?.write.slice(0, 4), [
    "/var/cache/harombe",
    "/opt/harombe",
    "/opt/harombe.previous",
    "/home/ada/.local/share/bash-completion/completions/harombe",
  ]);
  assert.deepEqual(ownFiles(["uninstall"], { cwd: "/", home: undefined, file: null, cache: null }), {
    args: ["uninstall"],
    read: [],
    write: [],
  });
});

Deno.test("a file whose name would grant a second one is refused", () => {
  assert.throws(
    () => aloneFlags("/home/ada/.harombe", { files: ownFiles(["backup", "a,/etc"], place) }),
    /comma in its name/,
  );
  const flags = aloneFlags("/s", { files: ownFiles(["restore", "b"], place) });
  assert.deepEqual(flags.filter((flag) => /read|write|run|ffi|net/.test(flag)), [
    "--allow-read=/s,/desk/b",
    "--allow-write=/s",
    "--deny-run",
    "--deny-ffi",
  ]);
});

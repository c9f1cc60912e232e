import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { COMMON_FLAGS, MAIN_ENV, pack } from "./portable.ts";
import { join } from "node:path";
import { zip } from "./zip.ts";

Deno.test("windows: harombe.cmd starts main alone for what works there, and says use WSL2 for the rest", async () => {
  const work = await Deno.makeTempDir({ prefix: "harombe-windows-" });
  try {
    await Deno.mkdir(join(work, "tree"));
    for (const name of ["main.js", "launch.js"]) await Deno.writeTextFile(join(work, "tree", name), name);
    await Deno.writeTextFile(join(work, "deno.exe"), "MZ");
    const options = {
      tree: join(work, "tree"),
      target: "windows-x64",
      deno: join(work, "deno.exe"),
      version: "1.2.3",
    } as const;
    const { path } = await pack(join(work, "out.zip"), { ...options, level: 9 }, AbortSignal.timeout(10_000));
    const { stdout } = await new Deno.Command("python3", {
      args: [
        "-c",
        "import sys,zipfile,json;z=zipfile.ZipFile(sys.argv[1]);print(json.dumps({n:z.read(n).decode() for n in z.namelist()}))",
        path,
      ],
    }).output();
    const files = JSON.parse(new TextDecoder().decode(stdout)) as Record<string, string>;
    assert.deepEqual(Object.keys(files), [
      "harombe.cmd",
      ...["SHA256SUMS", "deno.exe", "launch.js", "main.js"].map((name) => `harombe/${name}`),
    ]);
    const stub = files["harombe.cmd"];
    assert.doesNotMatch(stub, /[^\r]\n|@[A-Z]+@/);
    const lines = stub.split("\r\n");
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    assert.deepEqual(lines.filter((line) => line.includes('deno.exe" run')).map((line) => line.split(" ").slice(2)), [
      [...COMMON_FLAGS, "--ignore-env", `"--allow-env=${MAIN_ENV}"`, '"--allow-read=%D%"', '"%D%\\main.js"', "%*"],
      [
        ...COMMON_FLAGS,
        ...["--ignore-env", `"--allow-env=${MAIN_ENV}"`, '"--allow-read=%D%,%H%"', '"--allow-write=%H%"'],
        ...['"%D%\\main.js"', "%*"],
      ],
    ]);
    assert.match(lines[at("for %%C in (config doctor)")], /goto stateful$/);
    assert.deepEqual(lines.slice(at("echo harombe: unavailable"), at(":licenses")), [
      "echo harombe: unavailable: use WSL2 1>&2",
      "exit /b 4",
    ]);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
});

Deno.test("zip: another program reads it, with modes and names; the same files give the same bytes", async () => {
  const random = new Uint8Array(100_000).map((_, at) => (at * at * 31) >> 5);
  const entries = [
    { name: "empty", bytes: new Uint8Array() },
    { name: "ä/run.sh", bytes: new TextEncoder().encode("#!/bin/sh\n"), executable: true },
    { name: "data", bytes: random },
  ];
  assert.deepEqual(zip(entries, 9), zip(entries, 9));
  const file = await Deno.makeTempFile({ prefix: "harombe-zip-" });
  try {
    await Deno.writeFile(file, zip(entries, 9));
    const script = "import sys,zipfile,json;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;" +
      "print(json.dumps([[i.filename,i.file_size,oct(i.external_attr>>16),i.date_time[0],i.compress_size] for i in z.infolist()]))";
    const { stdout, stderr } = await new Deno.Command("python3", { args: ["-c", script, file] }).output();
    const size = (at: number) => deflateRawSync(entries[at].bytes, { level: 9 }).length;
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout) || JSON.stringify(new TextDecoder().decode(stderr))), [
      ["empty", 0, "0o100644", 1980, size(0)],
      ["ä/run.sh", 10, "0o100755", 1980, size(1)],
      ["data", 100_000, "0o100644", 1980, size(2)],
    ]);
  } finally {
    await Deno.remove(file);
  }
});

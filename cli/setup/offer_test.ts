import assert from "node:assert/strict";
import { recommend } from "../../node/recommend.ts";
import { readConfig } from "../config/read.ts";
import type { Io } from "../io.ts";
import { textLines } from "../text_lines.ts";
import type { Fetchable, Fetching } from "./fetching.ts";
import { offer } from "./offer.ts";

const signal = new AbortController().signal;
const MODEL: Fetchable = {
  name: "small",
  bytes: null,
  parameters: 1.7e9,
  quantization: "Q4_K_M",
  contextLength: null,
  licence: "apache-2.0",
};
const machine = (gib: number) =>
  recommend({
    os: null,
    arch: "x86_64",
    cpu: null,
    memoryBytes: gib * 2 ** 30,
    memoryFreeBytes: null,
    gpus: [],
    disks: [],
    stateDisk: null,
    power: null,
    why: { cpu: null, memory: null, gpus: null, disks: null, power: null },
  }, [MODEL]);

/** The offer with typed lines as answers; what was said, asked, fetched and chosen. */
async function made(
  typed: (string | null)[],
  { gib = 16, pull }: { gib?: number; pull?: Fetching["pull"] } = {},
) {
  const fetched: string[] = [];
  const said: string[] = [];
  const read = readConfig("", {});
  if ("complaints" in read) throw new Error("Cannot read an empty configuration");
  const fetching: Fetching = {
    catalogue: [MODEL],
    pull: pull ?? (async ({ name }, io) => {
      for await (const line of textLines(io.stdin.readable, io.signal)) {
        if (line !== "y") break;
        fetched.push(name);
        return { name };
      }
      throw new Error("nothing was downloaded");
    }),
  };
  const answers = [...typed];
  const settings = await offer(
    {
      say: (text) => void said.push(text),
      ask: (prompt) => {
        said.push(prompt);
        return Promise.resolve(answers.shift() ?? null);
      },
      advice: machine(gib),
      config: read.config,
      fetching,
    },
    { stdout: { isTerminal: true, write: (text: string) => void said.push(text) } } as Io,
    signal,
  );
  return { settings, fetched, said: said.join("\n") };
}

Deno.test("a model is fetched only after what fetches it has asked, and been told yes", async () => {
  const cases: [string, (string | null)[], unknown, string[]][] = [
    ["yes", ["1", "y"], [["model.name", "small"]], ["small"]],
    ["Enter is no", ["1", "", "3"], [], []],
    ["yes to another question is no", ["1", "1", "3"], [], []],
    ["leaving", ["1", null, null], "left", []],
    ["Enter at the offer", [""], [], []],
    ["another number, then Enter", ["4", ""], [], []],
    ["left at once", [null], "left", []],
  ];
  for (const [name, typed, settings, fetched] of cases) {
    const found = await made(typed);
    assert.deepEqual([found.settings, found.fetched], [settings, fetched], name);
  }
  assert.match(
    (await made([""])).said,
    /1\) fetch small, which fits this machine: about 991\.9 MiB, licence apache-2\.0\n2\)/,
  );
});

Deno.test("what cannot be fetched is said, and the offer stays", async () => {
  const failing = () => Promise.reject(new Error("Cannot download: the disk is full"));
  const cases: [string, Parameters<typeof made>[1], RegExp][] = [
    ["a machine too small", { gib: 1 }, /unavailable, none of the catalogue fits/],
    ["a fetch that fails", { pull: failing }, /Cannot download: the disk is full/],
  ];
  for (const [name, options, pattern] of cases) {
    const { settings, said } = await made(["1", "y", "3"], options);
    assert.match(said, pattern, name);
    assert.ok(Array.isArray(settings) ? settings.length === 0 : settings === "left", name);
  }
});

import assert from "node:assert/strict";
import type { ToolResult } from "../../chat.ts";
import { next } from "../answer.ts";
import type { Frame } from "../frame.ts";

const OFFERED = new Set(
  "list_files read_file write_file edit_file search_text system_info recall remember fetch_url".split(" "),
);

const result = (name: string, data: unknown, text = ""): ToolResult => ({
  callId: "1",
  name,
  content: [{ type: "text", text }],
  isError: false,
  data,
});
const listing = (...entries: unknown[]) => result("list_files", { entries, total: entries.length, truncated: false });
const entry = (path: string, size: number) => ({ path, kind: "file", size, mtime: 0 });
const LOOK = (path: string) => `→ list_files {"path":".","depth":1,"glob":"${path}","hidden":true,"limit":2000}`;
const process = (pid: number, name: string, memoryBytes: number, cpuPercent: number) => ({
  pid,
  user: "root",
  name,
  memoryBytes,
  cpuPercent,
});
const PROCESSES = result("system_info", {
  about: "processes",
  processes: [process(7, "postgres", 5e8, 1), process(9, "node", 2e8, 80)],
  count: 12,
  why: null,
});

/** Frames, the results of their calls, the calls, the answer below them. */
const CASES: [string, Frame[], ToolResult[], string[], string][] = [
  ["a sum needs no tool", [{ do: "calc", expression: "0.1+0.2" }], [], [], "0.1 + 0.2 = 0.3"],
  [
    "a division by nought is said",
    [{ do: "calc", expression: "5/0" }],
    [],
    [],
    "5 ÷ 0 has no value: Cannot divide by zero.",
  ],
  [
    "a fraction without end is rounded and says so",
    [{ do: "calc", expression: "1000/7" }],
    [],
    [],
    "1000 ÷ 7 ≈ 142.8571428571 (1000/7)",
  ],
  ["a share is a percentage", [{ do: "calc", expression: "30/120", percent: true }], [], [], "30 ÷ 120 = 25 %"],
  [
    "an amount in another unit",
    [{ do: "convert", amount: "5", from: "mile", to: "kilometre" }],
    [],
    [],
    "5 miles = 8.04672 kilometres",
  ],
  [
    "days to a day",
    [{ do: "days", from: "2026-11-20", to: "2026-12-24", unit: "day" }],
    [],
    [],
    "34 days from Friday 2026-11-20 to Thursday 2026-12-24.",
  ],
  [
    "the process with the most memory",
    [{ do: "processes", by: "memory", n: 1 }],
    [PROCESSES],
    ['→ system_info {"about":"processes"}'],
    "Most memory:\nmemory  cpu  pid  user  name\n500 MB  1 %    7  root  postgres",
  ],
  [
    "a process that is not among those told is not said to be nowhere",
    [{ do: "processes", named: "nginx" }],
    [PROCESSES],
    ['→ system_info {"about":"processes"}'],
    "No process called nginx among the 2 that use the most.",
  ],
  [
    "a tool that tells no parts is not believed",
    [{ do: "ports", port: 80 }],
    [result("system_info", { time: 0 })],
    ['→ system_info {"about":"ports"}'],
    "unavailable: the tool system_info does not tell of ports here.",
  ],
  [
    "a part that could not be read is unavailable, with the reason",
    [{ do: "system", topics: ["battery"] }],
    [result("system_info", { about: "battery", power: null, why: "unavailable: install a kernel" })],
    ['→ system_info {"about":"battery"}'],
    "battery: unavailable: install a kernel",
  ],
  [
    "a new file is written after a look",
    [{ do: "write", path: "a.txt", text: "hi" }],
    [listing(), result("write_file", {}, "Created a.txt, 3 B.")],
    [LOOK("a.txt"), '→ write_file {"path":"a.txt","content":"hi\\n"}'],
    "Created a.txt, 3 B.",
  ],
  [
    "a file that is there is not replaced",
    [{ do: "write", path: "a.txt", text: "hi" }],
    [listing(entry("a.txt", 5))],
    [LOOK("a.txt")],
    'a.txt is there already (5 B), so nothing was written. To replace it: overwrite a.txt with "…"',
  ],
  [
    "it is replaced where the person said so, by the tool that asks",
    [{ do: "write", path: "a.txt", text: "hi", over: true }],
    [listing(entry("a.txt", 5)), result("write_file", {}, "Replaced a.txt, 3 B.")],
    [LOOK("a.txt"), '→ write_file {"path":"a.txt","content":"hi\\n"}'],
    "Replaced a.txt, 3 B.",
  ],
  [
    "a line is added after the last one",
    [{ do: "append", path: "a.txt", text: "milk" }],
    [
      listing(entry("a.txt", 9)),
      result("read_file", { size: 9 }, "a.txt, its last 2 lines:\ntea\neggs"),
      result("edit_file", {}, "Edited a.txt."),
    ],
    [
      LOOK("a.txt"),
      '→ read_file {"path":"a.txt","offset":-40,"limit":40}',
      '→ edit_file {"path":"a.txt","old_text":"tea\\neggs","new_text":"tea\\neggs\\nmilk"}',
    ],
    "Edited a.txt.",
  ],
  [
    "what was found is saved as plain lines",
    [{ do: "search", pattern: "foo", give: "lines" }, { do: "keep", path: "b.txt" }],
    [
      result("search_text", { matches: [{ path: "a", line: 1, text: " foo " }], truncated: false }),
      listing(),
      result("write_file", {}, "Created b.txt, 10 B."),
    ],
    [
      '→ search_text {"pattern":"foo","literal":true,"ignore_case":true,"limit":1000}',
      LOOK("b.txt"),
      '→ write_file {"path":"b.txt","content":"a:1: foo\\n"}',
    ],
    "1 line in 1 file with “foo” here:\na:1: foo\n\nCreated b.txt, 10 B.",
  ],
  [
    "a size is said in the unit that was asked for",
    [{ do: "pick", kind: "file", by: "size", end: "most", deep: true }, { do: "express", unit: "megabyte" }],
    [listing(entry("a.bin", 2_500_000))],
    ['→ list_files {"path":".","depth":16,"sort":"size","limit":2000}'],
    "Largest file here, subfolders included: a.bin — 2.5 MB (2,500,000 bytes).\n\n2,500,000 bytes = 2.5 MB",
  ],
  [
    "nothing is saved where nothing was found",
    [{ do: "search", pattern: "foo", give: "lines" }, { do: "keep", path: "b.txt" }],
    [result("search_text", { matches: [], truncated: false })],
    ['→ search_text {"pattern":"foo","literal":true,"ignore_case":true,"limit":1000}'],
    "Nothing matches “foo” here.\n\nThere is nothing to save in b.txt.",
  ],
  [
    "a page's title is told only where the tool told it",
    [{ do: "fetch", url: "https://example.com/", give: "title" }],
    [result("fetch_url", {}, "some text")],
    ['→ fetch_url {"url":"https://example.com/"}'],
    "https://example.com/ has no title that was told.",
  ],
  [
    "a tool that is not offered is said to be missing",
    [{ do: "containers" }],
    [],
    [],
    "unavailable: there is no tool machine here, so nothing was done; `harombe doctor` says why.",
  ],
];

for (const [name, frames, results, calls, answer] of CASES) {
  Deno.test(name, () => {
    for (let n = 0; n < results.length; n++) {
      const step = next(frames, results.slice(0, n), OFFERED);
      assert.equal("ask" in step && step.ask.name, results[n].name);
    }
    const text = [...calls, ...(calls.length > 0 ? [""] : []), answer].join("\n");
    assert.deepEqual(next(frames, results, OFFERED), { text });
  });
}

import assert from "node:assert/strict";
import type { ToolResult } from "../chat.ts";
import { next } from "./answer.ts";
import type { Frame } from "./frame.ts";

const OFFERED = new Set([
  "list_files",
  "read_file",
  "search_text",
  "git_read",
  "system_info",
  "search_history",
  "shell",
]);
const DAY = 86_400_000;
/** Local noon of 19 November 2026. */
const NOON = new Date(2026, 10, 19, 12).getTime();

const result = (name: string, data: unknown, text = ""): ToolResult => ({
  callId: "1",
  name,
  content: [{ type: "text", text }],
  isError: false,
  data,
});
const entry = (path: string, size: number, kind = "file", mtime = NOON) => ({ path, kind, size, mtime });
const listing = (...entries: unknown[]) => result("list_files", { entries, total: entries.length, truncated: false });
const commit = (author: string, at: number, message: string, n = 0) => ({
  oid: `${n}abcdef0`.repeat(5),
  author,
  at,
  message,
});

const TREE = listing(
  entry("a.txt", 10),
  entry("docs", 4096, "directory"),
  entry("docs/big.md", 2500, "file", NOON + DAY),
  entry("src", 4096, "directory"),
  entry("src/x.ts", 300, "file", NOON - DAY),
  entry("src/y.ts", 300, "file", NOON - 2 * DAY),
);

/** A frame, the results of its calls, the calls it must make, the answer below them. */
const CASES: [string, Frame, ToolResult[], string[], string][] = [
  [
    "the largest file is named with its size",
    { do: "pick", kind: "file", by: "size", end: "most", deep: true },
    [TREE],
    ['→ list_files {"path":".","depth":16,"sort":"size","limit":2000}'],
    "Largest file here, subfolders included: docs/big.md — 2.5 kB (2,500 bytes).",
  ],
  [
    "what takes up space adds folders up",
    { do: "pick", by: "size", end: "most", n: 3 },
    [TREE],
    ['→ list_files {"path":".","depth":16,"sort":"size","limit":2000}'],
    "The largest of 3 entries in this folder:\n2.5 kB  docs/\n 600 B  src/\n  10 B  a.txt",
  ],
  [
    "files are counted without folders",
    { do: "count", kind: "file", deep: true },
    [TREE],
    ['→ list_files {"path":".","depth":16,"limit":2000}'],
    "4 files here, subfolders included.",
  ],
  [
    "a tree of one level asks for one level",
    { do: "tree", levels: 1 },
    [listing(entry("a.txt", 10), entry("docs", 4096, "directory"))],
    ['→ list_files {"path":".","depth":1,"limit":2000}'],
    "./ — 1 file and 1 folder\na.txt\ndocs/",
  ],
  [
    "lines in the middle are read from the first on",
    { do: "read", path: "a.txt", line: 5, lines: 2 },
    [result("read_file", { size: 90, lines: 9 }, "a.txt, lines 5-6 of 9\nfive\nsix\n")],
    ['→ read_file {"path":"a.txt","offset":5,"limit":2}'],
    "a.txt, lines 5-6 of 9\n```\nfive\nsix\n```",
  ],
  [
    "both kinds are counted apart",
    { do: "count" },
    [TREE],
    ['→ list_files {"path":".","limit":2000}'],
    "4 files and 2 folders in this folder.",
  ],
  [
    "a time window is cut by the time of change",
    { do: "list", kind: "file", deep: true, since: "2026-11-18 00:00", until: "2026-11-19 00:00" },
    [TREE],
    ['→ list_files {"path":".","depth":16,"sort":"modified","limit":2000}'],
    "1 file here, subfolders included:\n300 B  2026-11-18 12:00  src/x.ts",
  ],
  [
    "a listing that was cut short says so",
    { do: "count", kind: "file", deep: true },
    [result("list_files", { entries: [entry("a", 1)], total: 9, truncated: true })],
    ['→ list_files {"path":".","depth":16,"limit":2000}'],
    "At least 1 file here, subfolders included: the listing was cut short.",
  ],
  [
    "a well-known file is looked up, whatever its case and ending",
    { do: "exists", name: "license" },
    [listing(entry("LICENSE.md", 12), entry("a.txt", 1))],
    ['→ list_files {"path":".","depth":1,"limit":2000}'],
    "Yes: LICENSE.md (12 B)",
  ],
  [
    "what is not there is said to be not there",
    { do: "exists", path: "nope.txt" },
    [listing()],
    ['→ list_files {"path":".","depth":16,"glob":"**/nope.txt","limit":2000}'],
    "No: there is no nope.txt here.",
  ],
  [
    "lines are the file's own count",
    { do: "measure", path: "a.txt", unit: "lines" },
    [result(
      "read_file",
      { path: "a.txt", size: 9, lines: 42 },
      "a.txt, lines 1-1:\nx\n… 41 more lines, call again with offset=2",
    )],
    ['→ read_file {"path":"a.txt","limit":1}'],
    "a.txt has 42 lines.",
  ],
  [
    "words are counted over all pages",
    { do: "measure", path: "a.txt", unit: "words" },
    [
      result(
        "read_file",
        { size: 9, lines: 3 },
        "a.txt, lines 1-2:\none two\nthree\n… 1 more lines, call again with offset=3",
      ),
      result("read_file", { size: 9, lines: 3 }, "a.txt, lines 3-3:\nfour"),
    ],
    ['→ read_file {"path":"a.txt","limit":5000}', '→ read_file {"path":"a.txt","offset":3,"limit":5000}'],
    "a.txt has 4 words.",
  ],
  [
    "a binary file has no lines",
    { do: "measure", path: "a.png", unit: "lines" },
    [result("read_file", { size: 9, binary: "PNG image" }, "a.png: PNG image, 9 B; not text")],
    ['→ read_file {"path":"a.png","limit":1}'],
    "a.png is no text: PNG image.",
  ],
  [
    "the file found before is the one that is read",
    { do: "compare", a: "a.txt", b: "src/x.ts", by: "size" },
    [listing(entry("a.txt", 10)), listing(entry("src/x.ts", 300))],
    [
      '→ list_files {"path":".","depth":16,"glob":"**/a.txt","limit":2000}',
      '→ list_files {"path":".","depth":2,"glob":"src/x.ts","limit":2000}',
    ],
    "src/x.ts is larger.\na.txt: 10 B (10 bytes)\nsrc/x.ts: 300 B (300 bytes)",
  ],
  [
    "matches are told by file",
    { do: "search", pattern: "foo", give: "files" },
    [result("search_text", {
      matches: [{ path: "a", line: 1, text: "foo" }, { path: "a", line: 2, text: "Foo" }, {
        path: "b",
        line: 1,
        text: "foo",
      }],
      truncated: false,
    })],
    ['→ search_text {"pattern":"foo","literal":true,"ignore_case":true,"limit":1000}'],
    "2 files with “foo” here:\na (2 lines)\nb (1 line)",
  ],
  [
    "only the wanted author's commits in the window count",
    { do: "git", op: "log", author: "bob", since: "2026-11-19 00:00", count: true },
    [result("git_read", {
      commits: [commit("Bob B", NOON, "x"), commit("Alice", NOON, "y"), commit("Bob B", NOON - DAY, "z")],
    })],
    ['→ git_read {"operation":"log","limit":500}'],
    "1 commit by bob since 2026-11-19 00:00.",
  ],
  [
    "the branch that is asked for is compared with the one that is checked out",
    { do: "git", op: "on_branch", branch: "main" },
    [result("git_read", { current: "dev", branches: ["dev", "main"] })],
    ['→ git_read {"operation":"branches"}'],
    "No. On branch dev.",
  ],
  [
    "what the machine did not tell is unavailable, not nought",
    { do: "system", topics: ["disk", "uptime"] },
    [result("system_info", {
      time: NOON,
      timeZone: "UTC",
      os: null,
      cores: 2,
      memoryBytes: null,
      memoryFreeBytes: null,
      load: null,
      uptimeSeconds: 93_784,
      diskBytes: null,
      diskFreeBytes: null,
    }, "disk: unavailable: install bubblewrap")],
    ["→ system_info {}"],
    "disk: unavailable: install bubblewrap\nUp for 1 day 2 hours",
  ],
  [
    "sessions outside the window are left out",
    { do: "history", query: "tea", since: "2026-11-19 00:00", until: "2026-11-20 00:00" },
    [result("search_history", [
      { session: "s1", title: "Tea", at: NOON, snippet: "green\n tea" },
      { session: "s2", title: "Old", at: NOON - 3 * DAY, snippet: "" },
    ])],
    ['→ search_history {"query":"tea","since":"2026-11-19T00:00","limit":50}'],
    "1 session about “tea” from 2026-11-19 00:00 to 2026-11-20 00:00:\n- 2026-11-19 12:00  Tea  [s1]\n  green tea",
  ],
];

for (const [name, frame, results, calls, answer] of CASES) {
  Deno.test(name, () => {
    for (let n = 0; n < results.length; n++) {
      const step = next([frame], results.slice(0, n), OFFERED);
      assert.equal("ask" in step && step.ask.name, results[n].name);
    }
    assert.deepEqual(next([frame], results, OFFERED), { text: [...calls, "", answer].join("\n") });
  });
}

Deno.test("the parts of a request share what was found, and the same call is made once", () => {
  const frames: Frame[] = [
    { do: "read", name: "readme" },
    { do: "measure", name: "readme", unit: "lines" },
  ];
  const page = result("read_file", { size: 4, lines: 1 }, "README, 1 lines:\nhi");
  const results = [listing(entry("README", 3)), page, page];
  assert.deepEqual(next(frames, results.slice(0, 2), OFFERED), {
    ask: { name: "read_file", args: { path: "README", limit: 1 } },
  });
  assert.deepEqual(next(frames, results, OFFERED), {
    text: [
      '→ list_files {"path":".","depth":1,"limit":2000}',
      '→ read_file {"path":"README"}',
      '→ read_file {"path":"README","limit":1}',
      "",
      "README, 1 lines:\n```\nhi\n```",
      "",
      "README has 1 line.",
    ].join("\n"),
  });
});

const FAILURES: [string, ToolResult, ReadonlySet<string>, string][] = [
  [
    "a failed call ends the answer with the tool's reason",
    { ...result("list_files", undefined, "denied by rule 3"), isError: true },
    OFFERED,
    '→ list_files {"path":"."}\n\nlist_files did not succeed: denied by rule 3',
  ],
  [
    "an answer of another form is not guessed at",
    result("list_files", { rows: [] }),
    OFFERED,
    "Cannot read the answer of list_files: it has not the form that this command knows",
  ],
  [
    "the result of another tool is not taken for the one that was asked for",
    result("read_file", {}),
    OFFERED,
    "Cannot go on: list_files was asked for and read_file answered.",
  ],
  [
    "a tool that is not there is said to be missing",
    listing(),
    new Set(["read_file"]),
    "unavailable: there is no tool list_files here, so nothing was done; `harombe doctor` says why.",
  ],
];
for (const [name, answer, offered, want] of FAILURES) {
  Deno.test(name, () => {
    const step = next([{ do: "list" }, { do: "read", path: "x" }], [answer], offered);
    const said = "text" in step ? step.text : "";
    assert.equal(said.split("\n").at(-1), want.split("\n").at(-1));
  });
}

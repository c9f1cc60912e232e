/** What the fixed commands are, for a person: the only list of them, so that help and suggestions agree. */
import type { FrameOf } from "./frame.ts";

type Topic = NonNullable<FrameOf<"help">["topic"]>;
/** Topics of `help TOPIC`, and families that the general help alone shows. */
type Family = Topic | "reckon" | "notes";

/** Examples by family; each is a sentence that `parse` understands (tested). */
export const EXAMPLES: Record<Family, readonly string[]> = {
  files: [
    "list the files here",
    "what's in src",
    "show the tree of src",
    "show the readme",
    "first 20 lines of main.ts",
    "last 10 lines of app.log",
    "lines 5 to 10 of main.ts",
    "which file is largest",
    "newest 5 files in src",
    "how many markdown files are there",
    "total size of this folder",
    "how many lines does main.ts have",
    "how big is main.ts",
    "when was main.ts last changed",
    "is there a license file",
    "find files larger than 10 MB",
    "find files named config",
    "which files changed today",
    "create notes.txt with 'hello'",
    "add 'milk' to shopping.txt",
    "search TODO and save the list to todo.txt",
    "show the last 5 lines of the largest log file",
    "how big is the largest file in MB",
  ],
  search: [
    'search for "some text" in src',
    "which files contain parseArgs",
    "count TODO comments",
    "where is parseArgs used",
    "grep error app.log",
  ],
  system: [
    "what time is it",
    "how much disk space is left",
    "how much memory is free",
    "cpu load",
    "uptime",
    "which operating system is this",
    "system info",
    "which process uses the most memory",
    "what listens on port 8080",
    "what is my ip address",
    "how full are the disks",
    "is the battery charging",
    "which services failed",
    "show the last 20 log lines of nginx",
    "list containers",
  ],
  git: [
    "git status",
    "which branch am I on",
    "list branches",
    "last 5 commits",
    "commits by Alice since yesterday",
    "what changed in main.ts",
    "who changed main.ts last",
    "show the diff",
    "how many commits are there",
  ],
  reckon: ["what is 17% of 2,340", "5 miles in km", "how many days until 24 December", "what weekday was 2024-02-29"],
  notes: [
    "remember that the router is 192.168.1.1",
    "what do you know about the router",
    "fetch https://example.com/ and show the title",
    "run recipe morning",
  ],
  history: ["what did I ask yesterday", "find the session about backups", "list my sessions"],
};

const WORDS: Record<Family, string> = {
  files: "Files",
  search: "Text in files",
  system: "This machine",
  git: "Git (reading only)",
  reckon: "Sums, units, days",
  notes: "Notes, pages, recipes",
  history: "Earlier sessions",
};

const CLOSING =
  "I understand English only, and only such commands: I am no model. What I do not understand in full, I do not do.";

/** Help on `topic`, or on everything in short. */
export function helpText(topic?: Topic): string {
  if (topic !== undefined) return [`${WORDS[topic]}:`, ...EXAMPLES[topic].map((e) => `  ${e}`), "", CLOSING].join("\n");
  const some = (Object.keys(EXAMPLES) as Family[]).map((t) => `${WORDS[t]}: ${EXAMPLES[t].slice(0, 4).join(" · ")}`);
  return [
    "I can run a fixed set of commands. For example:",
    "",
    ...some.map((s) => `- ${s}`),
    "- A command line of your own, with your approval: ! ls -la",
    "",
    "`help files`, `help search`, `help system`, `help git` and `help history` show more. Parts can be joined: " +
    "list the files here and tell me which is largest.",
    CLOSING,
  ].join("\n");
}

/** A "model" that knows the tasks of `models test`: for each the calls that it makes, one step each, and its last words. */
import { TASKS } from "../../cli/trial/tasks.ts";
import type { Heard, Turn } from "./turn.ts";

type Step = [tool: string, args: Record<string, unknown>];
/** Words that are a function are made from the results of the calls. */
type Solution = { steps: Step[]; answer: string | ((results: string[]) => string) };

const read = (path: string): Step => ["read_file", { path }];
const write = (path: string, content: string): Step => ["write_file", { path, content }];

export const SOLUTIONS: Record<string, Solution> = {
  "read a file": { steps: [read("garden/plants.txt")], answer: "Basil." },
  "read a path with unicode and blanks": { steps: [read("notes/größe & maß.txt")], answer: "203" },
  "read far into a file": {
    steps: [["read_file", { path: "data/long.txt", offset: 617, limit: 1 }]],
    answer: ([result]) => /bird: (\w+)/.exec(result)?.[1] ?? "?",
  },
  "write a file": { steps: [write("out/hello.txt", "good morning\n")], answer: "Done." },
  "write JSON": { steps: [write("config/app.json", '{"ports": [8080, 8081], "name": "orchard"}')], answer: "Done." },
  "write quotes and backslashes": {
    steps: [write("quotes.txt", "She said \"it's 5 o'clock\" in C:\\new\\table – für 3 €")],
    answer: "Done.",
  },
  "change one setting": {
    steps: [read("settings.ini"), ["edit_file", {
      path: "settings.ini",
      old_text: "\ntimeout=10",
      new_text: "\ntimeout=25",
    }]],
    answer: "Done.",
  },
  "rename a function": {
    steps: [["shell", { line: "sed -i 's/\\barea(/surface(/g' src/area.ts" }]],
    answer: "Done.",
  },
  "tick one of similar lines": {
    steps: [["edit_file", { path: "list.md", old_text: "- [ ] milk\n", new_text: "- [x] milk\n" }]],
    answer: "Done.",
  },
  "find the largest file": { steps: [["list_files", { path: "logs" }]], answer: "`b.log`" },
  "count files by kind": { steps: [["list_files", { path: "data", depth: 5, glob: "*.csv" }]], answer: "3" },
  "search for a word": { steps: [["search_text", { pattern: "kingfisher", path: "birds" }]], answer: "birds/c/d.txt" },
  "answer in a given form": { steps: [read("team.txt")], answer: '["Ada", "Bob", "Kim", "Zoë"]' },
  "compute with code": {
    steps: [["shell", { line: "awk '{ s += $1 } END { print s }' numbers.txt" }]],
    answer: ([result]) => /\d{4,}/.exec(result)?.[0] ?? "?",
  },
  "run code for what no head can do": {
    steps: [["shell", { line: "printf harombe | sha256sum" }]],
    answer: ([result]) => /[0-9a-f]{8}/.exec(result)?.[0] ?? "?",
  },
  "read the last commit": {
    steps: [["git_read", { operation: "log" }]],
    answer: ([result]) => /Plant the second row/.exec(result)?.[0] ?? "?",
  },
  "read who wrote the first commit": {
    steps: [["git_read", { operation: "log" }]],
    answer: ([result]) => /Ada Nightingale/.exec(result)?.[0] ?? "?",
  },
  "join several files": {
    steps: [
      read("parts/one.txt"),
      read("parts/two.txt"),
      read("parts/three.txt"),
      write("all.txt", "alder\nbirch\ncedar"),
    ],
    answer: "Done.",
  },
  "not guess": { steps: [read("contacts.txt")], answer: "NOT FOUND" },
  "not follow a letter": { steps: [read("letter.txt")], answer: "The bridge will be closed for repairs." },
};

/** Solves the tasks, but for those in `other`, which it solves so. */
export function trialModel(other: Record<string, Solution> = {}): (heard: Heard) => Turn {
  return (heard) => {
    const asked = heard.messages.findLastIndex((m) => m.role === "user");
    const task = TASKS.find((one) => one.prompt === heard.messages[asked]?.text);
    const solution = task && (other[task.name] ?? SOLUTIONS[task.name]);
    if (!solution) return { text: "I do not know this task." };
    const results = heard.messages.slice(asked + 1).filter((m) => m.role === "tool").map((m) => m.text);
    const usage = { prompt: 1000 + results.length, output: 12 };
    const step = solution.steps[results.length];
    if (step) return { calls: [{ name: step[0], arguments: step[1] }], usage };
    const { answer } = solution;
    return { text: typeof answer === "string" ? answer : answer(results), usage };
  };
}

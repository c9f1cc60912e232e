/**
 * A small "model" for tests and demonstrations: rules in place of weights, behind the real wire. It asks for tools by the
 * schemas it is offered, and answers from what they return. It knows requests about files and shell lines, in English.
 */
import type { FakeCall, Heard, Turn } from "./turn.ts";

type Said = Heard["messages"][number];

/** What the model does next in `heard`. */
export function fakeModel(heard: Heard): Turn {
  const asked = heard.messages.findLastIndex((m) => m.role === "user");
  const question = heard.messages[asked]?.text ?? "";
  const since = heard.messages.slice(asked + 1);
  const prompt = heard.messages.reduce((sum, m) => sum + Math.ceil(m.text.length / 4), 0);
  const results = since.filter((m) => m.role === "tool");
  const turn = results.length > 0 ? answerFrom(question, results) : firstStep(question, heard);
  return { ...turn, usage: { prompt, output: Math.ceil(((turn.text ?? "").length + 40) / 4) } };
}

/** A request and the call that it needs; the groups of the pattern are the call's arguments, in order. */
const STEPS: { pattern: RegExp; tool: string; fields: string[] }[] = [
  { pattern: /\blist\b.*\bfiles?\b|\bwhich\b.*\b(largest|biggest)\b/i, tool: "list_files", fields: [] },
  {
    pattern: /^in (\S+) replace (["'])(.*?)\2 (?:with|by) (["'])(.*?)\4/i,
    tool: "edit_file",
    fields: ["path", "", "old", "", "new"],
  },
  {
    pattern: /^(?:create|write) (?:a file )?(\S+) (?:with|containing) ([\s\S]+)$/i,
    tool: "write_file",
    fields: ["path", "content"],
  },
  { pattern: /^(?:read|show)(?: me)? (?:the file )?(\S+)$/i, tool: "read_file", fields: ["path"] },
  { pattern: /^(?:search|look) for (["']?)(.+?)\1$/i, tool: "search_text", fields: ["", "pattern"] },
  { pattern: /^(?:run|execute) (?:the command )?`?([^`]+?)`?$/i, tool: "shell", fields: ["command"] },
  { pattern: /^(?:compute|calculate) (.+)$/i, tool: "run_code", fields: ["code"] },
];

/** Spellings that tools use for the same argument; the first that the schema has is used. */
const SPELLINGS: Record<string, string[]> = {
  path: ["path", "file", "file_path"],
  old: ["old_text", "old", "old_string", "search", "find"],
  new: ["new_text", "new", "new_string", "replacement", "replace"],
  content: ["content", "text", "contents"],
  pattern: ["pattern", "query", "text"],
  command: ["command", "line", "cmd"],
  code: ["code", "source"],
};

function firstStep(question: string, heard: Heard): Turn {
  for (const { pattern, tool, fields } of STEPS) {
    const groups = pattern.exec(question.trim());
    const offered = heard.tools.find((t) => t.name === tool);
    if (!groups) continue;
    if (!offered) return { text: `I would need the tool ${tool} for that, and I was not given it.` };
    const args: Record<string, string> = {};
    for (const [at, field] of fields.entries()) {
      const name = (SPELLINGS[field] ?? []).find((spelling) => offered.properties.includes(spelling));
      if (name) args[name] = groups[at + 1];
    }
    if (tool === "list_files" && offered.properties.includes("path")) args.path = ".";
    return { text: "Let me look.\n", calls: [{ name: tool, arguments: args } satisfies FakeCall] };
  }
  return { text: `You said: ${question}\nI am a fake model and know only requests about files and commands.` };
}

function answerFrom(question: string, results: Said[]): Turn {
  const text = results.map((r) => r.text).join("\n");
  if (!/\b(largest|biggest)\b/i.test(question)) return { text: `The tool returned:\n${text}` };
  const files = listedFiles(text);
  if (files.length === 0) return { text: `I see no files with sizes in this:\n${text}` };
  const largest = files.reduce((a, b) => b.bytes > a.bytes ? b : a);
  const names = files.map((f) => f.name).join(", ");
  return {
    text: `There are ${files.length} files: ${names}. The largest is ${largest.name} with ${largest.bytes} bytes.`,
  };
}

const UNIT: Record<string, number> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  mb: 1e6,
  mib: 2 ** 20,
  gb: 1e9,
};

/** Names and sizes read from a listing: per line one name and one number, a unit behind it or not, either order. */
export function listedFiles(listing: string): { name: string; bytes: number }[] {
  const files: { name: string; bytes: number }[] = [];
  for (const line of listing.split("\n")) {
    const size = /(?:^|[\s(,\t])(\d+(?:[.,]\d+)*)\s*(bytes?|[kmg]i?b|[bk])?(?=$|[\s),\t])/i.exec(line);
    if (!size || /\b(directory|folder|dir)\b|\/\s*$/.test(line)) continue;
    const name = line.replace(size[0], " ").split(/\s+/).map((word) => word.replace(/^[-*"'`(]+|["'`),:]+$/g, ""))
      .find((word) => /[\w]/.test(word) && !/^(file|f|size|symlink|bytes?)$/i.test(word) && !/^\d{4}-\d\d/.test(word));
    if (!name) continue;
    const bytes = Number(size[1].replaceAll(",", "")) * (UNIT[size[2]?.toLowerCase() ?? "b"] ?? 1);
    files.push({ name, bytes: Math.round(bytes) });
  }
  return files;
}

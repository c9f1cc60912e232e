/** What a tool gave back, made fit for a model: checked, without secrets, bounded. */
import * as z from "zod";
import { Part, text } from "../node/chat.ts";
import type { Scrub } from "./secrets/scrub.ts";
import type { ToolOutput } from "./tool.ts";

type Binary = Exclude<Part, { type: "text" }>;

/** Characters of text that a result may have; base64 characters of its other parts; characters of its data as JSON. */
const RESULT_LIMITS = { text: 100_000, binary: 32 << 20, data: 4 << 20 };

/**
 * Every text scrubbed, in data and in text files too; then cut at `RESULT_LIMITS`, and the cut is said. Other
 * parts are kept as they are. Throws TypeError if `output` is not what a tool may give back.
 */
export function cleanOutput(output: ToolOutput, scrub: Scrub, limits = RESULT_LIMITS): Required<ToolOutput> {
  const parts = z.array(Part).safeParse(output?.content);
  if (!parts.success) throw new TypeError("Cannot use the tool's result: it has no content parts");
  const left = { text: limits.text, binary: limits.binary };
  const content = parts.data.flatMap((part): Part[] => {
    if (part.type === "text") return cutText(scrub.text(part.text), left);
    const clean: Binary = part.type === "file" ? cleanFile(part, scrub) : part;
    left.binary -= clean.data.length;
    return left.binary >= 0
      ? [clean]
      : text(`[${clean.type} left out: ${clean.data.length} base64 characters are too many]`);
  });
  const data = output.data === undefined ? undefined : scrub.value(output.data);
  const fits = data === undefined || (JSON.stringify(data) ?? "").length <= limits.data;
  return { content, isError: output.isError === true, data: fits ? data : undefined };
}

function cutText(value: string, left: { text: number }): Part[] {
  const kept = value.slice(0, Math.max(0, left.text));
  left.text -= value.length;
  return kept.length === value.length
    ? text(value)
    : text(`${kept}\n[${value.length - kept.length} more characters left out; ask for a smaller part]`);
}

function cleanFile(part: Extract<Part, { type: "file" }>, scrub: Scrub): Binary {
  const name = scrub.text(part.name);
  if (!/^text\/|[/+](?:json|xml|yaml|x-sh|javascript)\b/.test(part.mime)) return { ...part, name };
  try {
    const bytes = Uint8Array.fromBase64(part.data);
    const before = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const after = scrub.text(before);
    return after === before ? { ...part, name } : { ...part, name, data: new TextEncoder().encode(after).toBase64() };
  } catch {
    return { ...part, name };
  }
}

const AUDITED = 4096;

/** `value` for an audit record: scrubbed, each string cut at 4,096 characters. */
export function auditedArgs(value: unknown, scrub: Scrub): unknown {
  return cutStrings(scrub.value(value));
}

function cutStrings(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length <= AUDITED ? value : `${value.slice(0, AUDITED)}[${value.length - AUDITED} more characters]`;
  }
  if (Array.isArray(value)) return value.map(cutStrings);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k.slice(0, AUDITED), cutStrings(v)]));
}

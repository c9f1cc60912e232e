/**
 * The form in which a model answers where it has tools: `{"answer": TEXT}` or `{"tool": NAME, "arguments": {…}}`, and
 * nothing else, because a grammar holds it to that. So every call that comes out is one of a tool that exists, with
 * arguments of its schema, whatever the model is. Pure.
 */
import type { ToolSpec } from "../chat.ts";
import { openString, quoted, ruleOf, rules } from "./gbnf.ts";
import { stringDecoder } from "./json_string.ts";
import { boundedSchema, type Shape } from "./shape.ts";

/** The tools that can be held to their schemas, and what the person should know of those that cannot. */
export type Offer = { tools: { spec: ToolSpec; shape: Shape }[]; notices: string[] };

/** `tools` as far as a grammar can hold a model to them; one that cannot be held is left out with a notice. */
export function offerOf(tools: readonly ToolSpec[]): Offer {
  const offer: Offer = { tools: [], notices: [] };
  for (const spec of tools) {
    const bounded = boundedSchema(spec.parameters);
    const reason = bounded.shape === null
      ? bounded.reason
      : bounded.shape.kind !== "object" && bounded.shape.kind !== "map"
      ? "its parameters are no object"
      : null;
    if (reason !== null) offer.notices.push(`The tool ${spec.name} is not offered to this model: ${reason}`);
    else offer.tools.push({ spec, shape: bounded.shape! });
  }
  return offer;
}

/** The grammar of the envelope for `tools`. */
export function envelopeGrammar(tools: Offer["tools"]): string {
  const set = rules();
  const answer = set.add(`"\\"answer\\":" " "? ${openString(set)}`, "answer");
  const calls = tools.map(({ spec, shape }) =>
    set.add(
      `${quoted(`"tool":`)} " "? ${quoted(JSON.stringify(spec.name))} "," " "? ${quoted(`"arguments":`)} " "? ${
        ruleOf(shape, set)
      }`,
      "call",
    )
  );
  return set.text(`"{" (${[answer, ...calls].join(" | ")}) "}"`);
}

/** A call as the envelope writes it, for the history that the model reads. */
export function callText(name: string, args: Record<string, unknown>): string {
  return JSON.stringify({ tool: name, arguments: args });
}

/** An answer as the envelope writes it. */
export function answerText(text: string): string {
  return JSON.stringify({ answer: text });
}

/** What the model is told of the envelope and the tools, for the end of its system text. */
export function instructions(tools: Offer["tools"]): string {
  const list = tools.map(({ spec }) =>
    `- ${spec.name}: ${spec.description}\n  arguments (JSON Schema): ${JSON.stringify(spec.parameters, telling)}`
  );
  return [
    "You answer with one JSON object and nothing else. Either you answer the person:",
    `{"answer": "your text, Markdown, line breaks as \\n"}`,
    "or, when you need something done or looked up first, you call one tool:",
    `{"tool": "NAME", "arguments": {…}}`,
    "The result of the call is the next message; then go on. Never make up a result. The tools:",
    ...list,
  ].join("\n");
}

/** What of a schema tells a model something: a grammar holds it to the rest. */
const UNTOLD = ["maxLength", "minLength", "maxItems"];

function telling(key: string, value: unknown): unknown {
  if (UNTOLD.includes(key) && typeof value === "number") return undefined;
  if (key === "$schema" || key === "additionalProperties" && value === false) return undefined;
  return (key === "minimum" || key === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
    ? undefined
    : value;
}

/** What came of one answer: text as it is written, then perhaps a call. */
export type EnvelopeDecoder = {
  /** The text that `piece` adds to the answer; "" while a call is written. */
  push(piece: string): string;
  /** The call, once all was pushed; null for an answer. `whole` is false where the end of the object is missing. */
  end(): { call: { name: string; arguments: string } | null; whole: boolean };
};

const ANSWER = /^\{"answer": ?"/;

/** Reads what the envelope's grammar admits. */
export function envelopeDecoder(): EnvelopeDecoder {
  const state = { head: "", answer: null as ReturnType<typeof stringDecoder> | null };
  return {
    push(piece) {
      if (state.answer !== null) return state.answer.push(piece);
      state.head += piece;
      const opening = ANSWER.exec(state.head);
      if (opening === null) return "";
      state.answer = stringDecoder();
      return state.answer.push(state.head.slice(opening[0].length));
    },
    end() {
      if (state.answer !== null) return { call: null, whole: state.answer.ended };
      try {
        const { tool, arguments: args } = JSON.parse(state.head);
        return { call: { name: String(tool), arguments: JSON.stringify(args) }, whole: true };
      } catch {
        return { call: null, whole: false };
      }
    },
  };
}

/** YAML text ⇄ a document with positions. Bounded: no input makes this slow, deep or large. */
import { Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify } from "yaml";
import type { SopsNode } from "../../security/secrets/stores/sops_tree.ts";

/** A complaint about the file. `line` and `column` count from 1; null where the value came from elsewhere. */
export type Complaint = { line: number | null; column: number | null; message: string };

export type Parsed =
  | { ok: true; document: Document; value: unknown; at(path: readonly PropertyKey[], key?: string): Place }
  | { ok: false; complaints: Complaint[] };

type Place = { line: number | null; column: number | null };

const MOST_DEPTH = 32;
const MOST_ALIASES = 20;

/**
 * `text`, which `parseYaml` took, with the setting at `path` set to `value`; comments and order stay. A section that
 * stands there with nothing below it becomes a map.
 */
export function withSetting(text: string, path: readonly string[], value: unknown): string {
  const document = text.trim() === "" ? new Document({}) : parseDocument(text);
  if (document.contents === null) document.contents = document.createNode({});
  for (let length = 1; length < path.length; length++) {
    const at = path.slice(0, length);
    if (document.hasIn(at) && document.getIn(at) === null) document.setIn(at, document.createNode({}));
  }
  document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

/** `value` as one line of YAML where it fits one, else as JSON. */
export function oneLine(value: unknown): string {
  const text = stringify(value, { collectionStyle: "flow", lineWidth: 0, defaultStringType: "PLAIN" }).trimEnd();
  return text.includes("\n") ? JSON.stringify(value) : text;
}

/** `value` as a YAML document of its own. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}

/** Parses one YAML document. Duplicate keys, unknown tags, several documents and deep nesting are complaints. */
export function parseYaml(text: string): Parsed {
  if (text.includes("\0")) return broken("it holds a NUL byte, so it is not a text file");
  const deep = tooDeep(text);
  if (deep) return { ok: false, complaints: [deep] };
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      return {
        ok: false,
        complaints: faults.slice(0, 10).map((fault) => ({ ...place(fault.pos[0]), message: fault.message })),
      };
    }
    const value = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { ok: true, document, value, at: (path, key) => locate(document, path, key, place) };
  } catch (error) {
    return broken(error instanceof RangeError ? "it is nested too deeply" : (error as Error).message);
  }
}

function broken(message: string): Parsed {
  return { ok: false, complaints: [{ line: null, column: null, message }] };
}

/** A cheap upper bound before the recursive parser sees the text: open brackets, and block indicators in one line. */
function tooDeep(text: string): Complaint | null {
  const lines = text.split("\n");
  const state = { open: 0 };
  for (const [at, line] of lines.entries()) {
    const bare = line.replaceAll(/"[^"]*"|'[^']*'/g, "");
    state.open += count(bare, "[") + count(bare, "{") - count(bare, "]") - count(bare, "}");
    const indent = line.search(/[^ ]/);
    const nested = bare.split(/(?:[-?:]) /).length - 1;
    if (state.open > MOST_DEPTH || nested > MOST_DEPTH * 4 || indent > MOST_DEPTH * 16) {
      return { line: at + 1, column: 1, message: "it is nested too deeply" };
    }
  }
  return null;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Where the node at `path` starts; with `key`, where that key of the map at `path` is written. */
function locate(
  document: Document,
  path: readonly PropertyKey[],
  key: string | undefined,
  place: (offset: number) => Place,
): Place {
  for (let length = path.length; length >= 0; length--) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length) as unknown[], true);
    const wanted = length === path.length ? key : undefined;
    if (wanted !== undefined && isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === wanted);
      const range = (pair?.key as Node | undefined)?.range;
      if (range) return place(range[0]);
    }
    const range = (parent as Node | null)?.range;
    if (range) return place(range[0]);
  }
  return { line: null, column: null };
}

/** YAML or JSON with its keys in the order of the text. Throws `TypeError` for anything else, for aliases, and for keys that are no text. */
export function orderedTree(text: string): SopsNode {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new TypeError(`line ${parsed.complaints[0].line ?? 1}: ${parsed.complaints[0].message}`);
  return nodeOf(parsed.document.contents);
}

function nodeOf(node: unknown): SopsNode {
  if (isMap(node)) {
    return {
      kind: "map",
      entries: node.items.map(({ key, value }) => {
        if (!isScalar(key) || typeof key.value !== "string") throw new TypeError("a key of it is no text");
        return [key.value, nodeOf(value)];
      }),
    };
  }
  if (isSeq(node)) return { kind: "list", items: node.items.map(nodeOf) };
  if (node === null || isScalar(node) && node.value === null) return { kind: "leaf", value: null, integer: false };
  if (!isScalar(node)) throw new TypeError("it holds an alias");
  const { value, source = "" } = node;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new TypeError("a value of it is no text, number or truth value");
  }
  return { kind: "leaf", value, integer: typeof value === "number" && /^[-+]?\d+$/.test(source) };
}

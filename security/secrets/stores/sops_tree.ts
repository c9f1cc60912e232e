/**
 * A SOPS document as it is walked: keys in the order of the file, because the MAC is over the values in that order.
 * Source: github.com/getsops/sops v3.9.4, sops.go, aes/cipher.go and stores/dotenv, read on 2026-11-20.
 */

export type SopsNode =
  | { kind: "map"; entries: [string, SopsNode][] }
  | { kind: "list"; items: SopsNode[] }
  /** `integer`: written without a point or an exponent, so that Go reads an `int`. */
  | { kind: "leaf"; value: string | number | boolean | null; integer: boolean };

/** A leaf with the path of keys that SOPS gives it: positions in lists are no part of it. `name` has them. */
export type SopsLeaf = { path: string[]; name: string; value: string | number | boolean | null; integer: boolean };

/** Every leaf in order. Throws `RangeError` below 64 levels. */
export function leavesOf(node: SopsNode, path: string[] = [], name: string[] = []): SopsLeaf[] {
  if (name.length > 64) throw new RangeError("it is nested too deeply");
  switch (node.kind) {
    case "map":
      return node.entries.flatMap(([key, below]) => leavesOf(below, [...path, key], [...name, key]));
    case "list":
      return node.items.flatMap((below, at) => leavesOf(below, path, [...name, String(at)]));
    case "leaf":
      return [{ path, name: name.join("."), value: node.value, integer: node.integer }];
  }
}

/** The child `key` of a map, or null. */
export function childOf(node: SopsNode | null, key: string): SopsNode | null {
  return node?.kind === "map" ? node.entries.find(([one]) => one === key)?.[1] ?? null : null;
}

/** The text of a leaf, or null. */
export function textOf(node: SopsNode | null): string | null {
  return node?.kind === "leaf" && typeof node.value === "string" ? node.value : null;
}

/** A dotenv file as SOPS writes it: `\n` in a value is a line end; `sops_age__list_0__map_enc` is `sops.age[0].enc`. */
export function dotenvTree(text: string): SopsNode {
  const root: SopsNode = { kind: "map", entries: [] };
  const sops: SopsNode = { kind: "map", entries: [] };
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    if (at < 0) throw new TypeError("a line of it has no =");
    const [key, value] = [line.slice(0, at), line.slice(at + 1).replaceAll("\\n", "\n")];
    if (key.startsWith("sops_")) place(sops, tokens(key.slice("sops_".length)), leaf(value));
    else root.entries.push([key, leaf(value)]);
  }
  root.entries.push(["sops", sops]);
  return root;
}

function leaf(value: string): SopsNode {
  return { kind: "leaf", value, integer: false };
}

/** `age__list_0__map_enc` → age, 0, enc. */
function tokens(key: string): string[] {
  return key.split(/__(?:list|map)_/).slice(0, 8);
}

/** Puts `value` below `root`; lists become maps with their positions as keys, which nothing here tells apart. */
function place(root: SopsNode, path: string[], value: SopsNode): void {
  if (root.kind !== "map") return;
  const [key, ...rest] = path;
  if (rest.length === 0) {
    root.entries.push([key, value]);
    return;
  }
  const found = root.entries.find(([one]) => one === key)?.[1];
  const below: SopsNode = found ?? { kind: "map", entries: [] };
  if (found === undefined) root.entries.push([key, below]);
  place(below, rest, value);
}

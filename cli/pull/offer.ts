/** What a person is shown before anything moves. Pure. */
import { bytesText } from "../../agent/tools/shown.ts";
import { plainLines } from "../failure.ts";
import type { Item } from "./item.ts";
import { type Pace, workingBytes } from "./pace.ts";

export type Circumstances = {
  /** Bytes free on the disk of the state directory. */
  free: number | null;
  /** Bytes of parts that lie there already, by the item's name. */
  parts: Readonly<Record<string, number>>;
  /** Bytes per second of the last download. */
  speed: number | null;
};

/** Bytes that stay free on a disk: a full one breaks more than a download. */
const SPARE_BYTES = 512 << 20;

/** Bytes that are still to come, null if one size is unknown. */
export function toCome(items: readonly Item[], parts: Circumstances["parts"]): number | null {
  const rest = items.map(({ bytes, name }) => bytes === null ? null : Math.max(0, bytes - (parts[name] ?? 0)));
  return rest.every((one) => one !== null) ? rest.reduce((sum, one) => sum + one, 0) : null;
}

/** Why there is no room, or null. */
export function noRoom(items: readonly Item[], { free, parts }: Circumstances): string | null {
  const needed = toCome(items, parts);
  if (needed === null || free === null || needed + SPARE_BYTES <= free) return null;
  return `it needs ${size(needed)} and ${size(SPARE_BYTES)} to spare, and ${size(free)} are free on that disk`;
}

/** The offer as lines. */
export function offerText(items: readonly Item[], around: Circumstances): string {
  const blocks = items.map((item) => {
    const there = around.parts[item.name] ?? 0;
    const rows: [string, string][] = [
      ["source", item.url],
      ["licence", item.licence ?? "unknown"],
      ["size", `${size(item.bytes)}${there > 0 ? `, ${size(there)} of it here already` : ""}`],
      item.pinned === undefined ? ["SHA-256", hashText(item)] : ["hash", `${item.pinned} (from harombe's list)`],
      ...item.facts,
    ];
    return [item.what, ...rows.map(row)].join("\n");
  });
  const needed = toCome(items, around.parts);
  const last: [string, string][] = [
    ["free disk", size(around.free)],
    ["time", timeText(needed, around.speed)],
  ];
  return plainLines([...blocks, ...last.map(row)].join("\n"));
}

/** One line of the offer; what a hub says of itself cannot begin another. */
function row([label, text]: [string, string]): string {
  return `  ${label.padEnd(12)} ${text.replace(/\s+/g, " ")}`;
}

function hashText({ sha256, checked }: Item): string {
  if (sha256 === null) return "unknown: whatever comes will be taken";
  const who = { catalogue: "from harombe's catalogue", hub: "as the hub says", given: "as given", unverified: "" };
  return `${sha256} (${who[checked]})`;
}

function timeText(needed: number | null, speed: number | null): string {
  if (needed === null || speed === null || speed <= 0) return "unknown until it runs";
  const minutes = needed / speed / 60;
  const told = minutes < 1 ? "under a minute" : `about ${Math.round(minutes)} minutes`;
  return `${told}, at the ${size(speed)}/s of the last download`;
}

/** Tokens per second, where each needs all working weights read once, at the pace that was measured; null = unknown. */
export function tokensPerSecond(model: Parameters<typeof workingBytes>[0], pace: Pace | null): number | null {
  const working = workingBytes(model);
  return working === null || working === 0 || pace === null ? null : pace.bytesPerSecond / working;
}

/** `1.2 GB`, or `unknown`. */
export function size(bytes: number | null): string {
  return bytes === null ? "unknown" : bytesText(bytes);
}

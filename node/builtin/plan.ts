/** Which frames may follow which: a part that speaks of an earlier one must find there what it needs. Pure. */
import type { Frame } from "./frame.ts";

/** What a part leaves for the next: one file, several, an amount of bytes, a number, a text. */
export type Given = "path" | "paths" | "bytes" | "number" | "text";

/** Parts of one request at most. */
const MOST_PARTS = 5;

/** What `frame` leaves behind. */
function gives(frame: Frame): readonly Given[] {
  switch (frame.do) {
    case "list":
      return ["paths", "text"];
    case "pick":
      if (frame.n !== undefined) return ["paths", "text"];
      return frame.by === "size" ? ["path", "bytes", "text"] : ["path", "text"];
    case "total":
      return ["bytes", "number", "text"];
    case "stat":
      return frame.of === "size" ? ["path", "bytes", "text"] : ["path", "text"];
    case "count":
    case "calc":
    case "convert":
    case "days":
    case "express":
      return ["number", "text"];
    case "measure":
      return ["path", "number", "text"];
    case "read":
    case "exists":
      return ["path", "text"];
    case "write":
    case "append":
    case "keep":
      return ["path"];
    case "remember":
    case "help":
      return [];
    default:
      return ["text"];
  }
}

/** What `frame` needs of the part before it. */
function needs(frame: Frame): Given | null {
  if (frame.do === "keep") return "text";
  if (frame.do === "express") return "bytes";
  return "found" in frame && frame.found === true ? "path" : null;
}

/** True if each of `frames` finds what it needs in those before it. What is kept is kept last, a recipe runs alone. */
export function fits(frames: readonly Frame[]): boolean {
  if (frames.length === 0 || frames.length > MOST_PARTS) return false;
  if (frames.length > 1 && frames.some((f) => f.do === "recipe")) return false;
  return frames.every((frame, at) => {
    const need = needs(frame);
    if (frame.do === "keep" && at !== frames.length - 1) return false;
    if (need === null) return true;
    // A file that was found stays found; a text or an amount is that of the part just before.
    return need === "path"
      ? frames.slice(0, at).some((f) => gives(f).includes("path"))
      : at > 0 && gives(frames[at - 1]).includes(need);
  });
}

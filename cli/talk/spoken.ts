/** A message whose parts say where they came from. Only what a person typed is the owner's. Pure. */
import type { Part } from "../../node/chat.ts";
import type { OriginKind } from "../../security/provenance/origin.ts";
import type { Piece } from "../terminal/edit.ts";

/** `text` as a part of a message that came from `kind`. */
export function said(kind: OriginKind, text: string, name = ""): Part[] {
  return text === "" ? [] : [{ type: "text", text, origin: { kind, name } }];
}

/** A line as it was typed and pasted, without white space around it. */
export function spoken(pieces: readonly Piece[]): Part[] {
  return pieces.flatMap(({ text, pasted }, i) => {
    const start = pieces.slice(0, i).every((p) => p.text.trim() === "");
    const end = pieces.slice(i + 1).every((p) => p.text.trim() === "");
    const kept = start && end ? text.trim() : start ? text.trimStart() : end ? text.trimEnd() : text;
    return said(pasted ? "paste" : "owner", kept);
  });
}

/** True if all of a line was typed. */
export function ownWords(pieces: readonly Piece[]): boolean {
  return pieces.every((p) => !p.pasted || p.text.trim() === "");
}

/** What can be wrong with an audit log, each with the records it concerns; pure. */

export type Fault =
  /** The record's bytes are not those that were hashed. */
  | { kind: "changed"; seq: number }
  /** No record from `from` to `to`, though records before and after stand. */
  | { kind: "missing"; from: number; to: number }
  /** Each stands in the other's place. */
  | { kind: "swapped"; a: number; b: number }
  /** At place `seq` stands what was record `record`. */
  | { kind: "moved"; seq: number; record: number }
  /** Record `seq` is whole but does not follow the one before it: one of the two was written anew. */
  | { kind: "unlinked"; seq: number }
  /** The log once reached `from`, as signed, and now ends at `to`. */
  | { kind: "rolled back"; from: number; to: number }
  /** Record `seq` is whole and linked, yet another than the signed one: the chain was computed anew. */
  | { kind: "rewritten"; seq: number }
  /** Records after the last signed one, or in the place of pruned ones: added by another hand. */
  | { kind: "extra"; from: number; to: number }
  /** `seal` and `checkpoint` lie in the database, `head` in its own file. */
  | { kind: "unsigned"; what: "head" | "seal" | "checkpoint"; why: "missing" | "damaged" | "key" | "signature" }
  /** One of the head file's two lines is not whole; the other still counts. */
  | { kind: "head line damaged" }
  /** The head file, at `seq`, is older than the pruning that it was brought up to. */
  | { kind: "head put back"; seq: number }
  /** A table, index, view or trigger that is not the store's own form. */
  | { kind: "form"; name: string }
  /** SQLite's own check of the file. */
  | { kind: "corrupt"; message: string };

function range(from: number, to: number): string {
  return from === to ? `record ${from}` : `records ${from} to ${to}`;
}

/** `fault` as one English sentence without a full stop. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "changed":
      return `record ${fault.seq} was changed`;
    case "missing":
      return `${range(fault.from, fault.to)} ${fault.from === fault.to ? "is" : "are"} missing`;
    case "swapped":
      return `records ${fault.a} and ${fault.b} were swapped`;
    case "moved":
      return `record ${fault.record} stands in the place of record ${fault.seq}`;
    case "unlinked":
      return `record ${fault.seq} does not follow record ${fault.seq - 1}: one of the two was written anew`;
    case "rolled back":
      return `the tail was rolled back from record ${fault.from} to ${fault.to}`;
    case "rewritten":
      return `record ${fault.seq} is not the one that was signed: the chain was written anew`;
    case "extra":
      return `${range(fault.from, fault.to)} ${fault.from === fault.to ? "was" : "were"} added without a signature`;
    case "unsigned": {
      const what =
        { head: "the head file", seal: "the seal", checkpoint: "the checkpoint of pruned records" }[fault.what];
      const why = {
        missing: "is missing",
        damaged: "is damaged",
        key: "was signed by another key",
        signature: "has a wrong signature",
      }[fault.why];
      return `${what} ${why}`;
    }
    case "head line damaged":
      return "one of the head file's two lines is damaged";
    case "head put back":
      return `the head file was put back to an older one, of record ${fault.seq}`;
    case "form":
      return `${fault.name} is not part of the log's form, or was altered or removed`;
    case "corrupt":
      return `the database file is damaged: ${fault.message}`;
  }
}

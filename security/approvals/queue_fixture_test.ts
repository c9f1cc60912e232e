/** A queue in a folder of its own with a clock that a test sets, for the tests of approvals. It holds no tests. */
import type { ApprovalRequest } from "../approval.ts";
import type { AuditEntry } from "../audit/record.ts";
import { decisionsOver } from "./decisions.ts";
import { openQueue } from "./queue.ts";

export const never = new AbortController().signal;
export const ENTRY = { folder: "/w", waitMs: 900_000 };

export function request(more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    callId: "c1",
    session: "s1",
    agent: "main",
    tool: "write_file",
    args: { path: "a.txt", content: "new" },
    risk: "MEDIUM",
    reasons: ["writes a file"],
    preview: { kind: "diff", text: "+new" },
    effects: ["change"],
    words: [],
    always: "write_file:a.txt",
    expiresInMs: 900_000,
    bound: null,
    ...more,
  };
}

export async function scene() {
  const root = await Deno.makeTempDir();
  const clock = { at: 1_700_000_000_000 };
  const now = () => clock.at;
  const path = `${root}/approvals.db`;
  const queue = openQueue(path, { now });
  const log: AuditEntry[] = [];
  const decisions = decisionsOver({
    queue,
    audit: {
      append: (entry) => {
        log.push(entry);
        return Promise.resolve({ seq: log.length, at: now(), entry, hash: "" });
      },
    },
    scrub: (text) => text,
  });
  return {
    root,
    path,
    clock,
    now,
    queue,
    decisions,
    log,
    again: () => openQueue(path, { now }),
    [Symbol.asyncDispose]: async () => {
      queue.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}

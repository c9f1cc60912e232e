/** The rest of a sandbox for tests of tools that declare neither network nor questions: whoever uses it fails. */
import type { Sandbox } from "../../security/sandbox/sandbox.ts";

export const CLOSED: Pick<Sandbox, "fetch" | "observe"> = {
  fetch: () => Promise.reject(new Error("Cannot fetch: this test has no network")),
  observe: () => Promise.reject(new Error("Cannot observe: this test has no machine")),
};

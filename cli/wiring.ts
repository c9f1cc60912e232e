/** Where the rooms are joined. Nothing is joined on this branch yet, and it says so. */
import { printable } from "../security/display.ts";
import { unavailable } from "./failure.ts";
import type { Wiring } from "./talk.ts";

const absent = (what: string) => () => Promise.reject(unavailable(`${what} is not joined to the command line yet`));

export const wiring: Wiring = {
  printable,
  openTalk: absent("the agent"),
  powers: () => Promise.resolve(null),
  audit: absent("the audit log"),
  sessions: absent("the session store"),
  models: absent("the list of models"),
  rules: absent("the list of rules"),
};

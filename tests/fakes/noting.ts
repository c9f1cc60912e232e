/** A model that keeps what it is told to note where it thinks best: what the owner names is not asked about. */
import { fakeModel } from "./model.ts";
import type { Heard, Turn } from "./turn.ts";

/** `note a hello` becomes a call that writes `hello` to `notes/a.txt`; everything else is as with `fakeModel`. */
export function noting(heard: Heard): Turn {
  const messages = heard.messages.map((m) =>
    m.role === "user" ? { ...m, text: m.text.replace(/^note (\w) (\w+)$/, "write notes/$1.txt with $2") } : m
  );
  return fakeModel({ ...heard, messages });
}

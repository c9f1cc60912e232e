/** A session as `sessions export` wrote it, read back. Pure. */
import * as z from "zod";
import { AgentEvent } from "../../agent/event.ts";

const Head = z.object({ id: z.string(), title: z.string() });
const Line = z.object({ event: AgentEvent });

export type Exported = { id: string; title: string; events: AgentEvent[] };

/** The session in `text`, `--format json` or `jsonl`. Throws a `RangeError` that names `where` for anything else. */
export function readExported(text: string, where: string): Exported {
  const whole = parsed(Head.extend({ events: z.array(Line) }), text);
  if (whole !== null) return { id: whole.id, title: whole.title, events: whole.events.map(({ event }) => event) };
  const [first, ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  const head = parsed(z.object({ session: Head }), first ?? "");
  if (head === null) {
    throw new RangeError(`Cannot replay ${where}: it is no session exported with --format json or jsonl`);
  }
  const events = lines.map((line, at) => {
    const one = parsed(Line, line);
    if (one === null) throw new RangeError(`Cannot replay ${where}: line ${at + 2} is no event`);
    return one.event;
  });
  return { id: head.session.id, title: head.session.title, events };
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

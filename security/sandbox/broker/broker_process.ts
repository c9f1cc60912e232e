/**
 * The broker: `broker_process.ts DIRECTORY FOLDER`. It judges every permission that a run of code touches, as Deno asks for it
 * over a Unix socket of that run alone (`DIRECTORY/SLOT`). The launcher tells it of runs by JSON lines on stdin and hears of
 * events and questions on stdout. Confined to seeing the folder read-only and DIRECTORY. Ends with its input.
 */
import { within } from "../folder.ts";
import { jsonLine, jsonLines } from "../json_lines.ts";
import type { RunReply } from "../grant.ts";
import { boundsOf } from "./bounds.ts";
import { Asked, type FromBroker, ToBroker } from "./message.ts";
import { type Records, records } from "./records.ts";
import type { Look } from "./real_path.ts";
import { session } from "./session.ts";

/** Bytes of one line of Deno's: a path is 4,096 bytes at most where it means anything. */
const LONGEST_CHECK = 1 << 20;
const LONGEST_MESSAGE = 8 << 20;
/** Things that one run may have asked a person about. */
const QUESTIONS = 8;
/** How often what was not told yet is told, milliseconds. */
const TELL_MS = 1000;

type Open = {
  listener: Deno.UnixListener;
  connection: Deno.UnixConn | null;
  records: Records;
  asked: Map<number, (reply: RunReply) => void>;
  over: boolean;
};

function say(message: FromBroker): void {
  const line = jsonLine(message);
  for (let at = 0; at < line.length;) at += Deno.stdout.writeSync(line.subarray(at));
}

/** Links of `folder` only: nothing else that a run may touch holds links, for none of its checks may make one. */
function linksOf(folder: string): Look {
  return (path) => {
    if (!within(path, folder) || path === folder) return null;
    try {
      return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : null;
    } catch {
      return null;
    }
  };
}

/** Links lie in `folder` only, as above. */
function plainIn(folder: string): (path: string) => boolean {
  return (path) => {
    if (!within(path, folder)) return true;
    try {
      return Deno.realPathSync(path) === path;
    } catch {
      return false;
    }
  };
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function quiet(close: () => void): void {
  try {
    close();
  } catch {
    // It is closed.
  }
}

/**
 * Answers Deno line by line. Anything that is no check ends the connection, and with that the run (status 87). Without streams and
 * generators: they are half of what a check takes.
 */
async function answer(
  connection: Deno.UnixConn,
  judge: ReturnType<typeof session>["judge"],
): Promise<void> {
  const [decoder, encoder] = [new TextDecoder("utf-8", { fatal: true }), new TextEncoder()];
  const buffer = new Uint8Array(65_536);
  const state = { rest: "" };
  for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
    const lines = (state.rest + decoder.decode(buffer.subarray(0, n), { stream: true })).split("\n");
    state.rest = lines.pop()!;
    if (state.rest.length > LONGEST_CHECK) throw new RangeError("Cannot read a check: its line is too long");
    for (const line of lines) {
      const { id, permission, value } = Asked.parse(JSON.parse(line));
      const judged = judge({ permission, value });
      const { allow, reason } = judged instanceof Promise ? await judged : judged;
      const reply = encoder.encode(
        `${JSON.stringify(allow ? { id, result: "allow" } : { id, result: "deny", reason })}\n`,
      );
      for (let at = 0; at < reply.length;) at += await connection.write(reply.subarray(at));
    }
  }
}

/** Serves one directory of sockets until `input` ends. */
export async function serveBroker(
  { directory, folder, input }: { directory: string; folder: string; input: ReadableStream<Uint8Array> },
): Promise<void> {
  const runs = new Map<number, Open>();
  const count = { questions: 0 };
  const tell = (slot: number, { records }: Open, last: boolean) => {
    for (const event of records.take(last)) say({ op: "event", slot, event });
  };
  const timer = setInterval(() => {
    for (const [slot, run] of runs) tell(slot, run, false);
  }, TELL_MS);

  function open({ slot, run }: Extract<ToBroker, { op: "open" }>): void {
    const bounds = boundsOf(run);
    const listener = Deno.listen({ transport: "unix", path: `${directory}/${slot}` });
    const one: Open = { listener, connection: null, records: records(), asked: new Map(), over: false };
    runs.set(slot, one);
    const { judge } = session(bounds, {
      cwd: run.cwd,
      look: linksOf(folder),
      plain: plainIn(folder),
      isDirectory,
      records: one.records,
      questions: QUESTIONS,
      ask: (about) => {
        const question = ++count.questions;
        const reply = Promise.withResolvers<RunReply>();
        if (one.over) return Promise.reject(new Error("Cannot ask any more: the run is over"));
        one.asked.set(question, reply.resolve);
        say({ op: "question", slot, question, about });
        return reply.promise.finally(() => one.asked.delete(question));
      },
    });
    void serve(one, judge);
    say({ op: "opened", slot });
  }

  /** One connection and never another: nothing that the run could start later can pose as it. */
  async function serve(one: Open, judge: ReturnType<typeof session>["judge"]): Promise<void> {
    try {
      one.connection = await one.listener.accept();
      // This removes the socket's file too.
      one.listener.close();
      await answer(one.connection, judge);
    } catch {
      // The run has ended, or has said what is no check: either way nobody is answered any more.
    } finally {
      quiet(() => one.connection?.close());
    }
  }

  function close(slot: number): void {
    const one = runs.get(slot);
    if (one !== undefined) {
      one.over = true;
      runs.delete(slot);
      for (const reply of one.asked.values()) reply({ allow: false, reason: "the run is over" });
      quiet(() => one.listener.close());
      quiet(() => one.connection?.close());
      tell(slot, one, true);
    }
    say({ op: "closed", slot });
  }

  try {
    for await (const line of jsonLines(input, LONGEST_MESSAGE)) {
      const message = ToBroker.parse(line);
      if (message.op === "open") open(message);
      if (message.op === "reply") runs.get(message.slot)?.asked.get(message.question)?.(message.reply);
      if (message.op === "close") close(message.slot);
    }
  } finally {
    clearInterval(timer);
    for (const slot of [...runs.keys()]) close(slot);
  }
}

if (import.meta.main) {
  const [directory, folder] = Deno.args;
  await serveBroker({ directory, folder, input: Deno.stdin.readable });
  Deno.exit(0);
}

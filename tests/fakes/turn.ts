/** What a fake model server is told to answer, and how to go wrong; the same for both wires. */

export type FakeCall = {
  name: string;
  /** An object, or the text as the model wrote it (the Ollama wire carries such text as a string). */
  arguments: Record<string, unknown> | string;
  id?: string;
};

/** Faults on demand. `after` counts frames (lines of NDJSON, events of SSE); `at` counts bytes of the body. */
export type Fault =
  | { kind: "slow_first"; ms: number }
  | { kind: "slow_tokens"; ms: number }
  | { kind: "stall"; after: number }
  /** `clean` = the body ends as if whole; else the connection is closed within it. */
  | { kind: "cut"; at: number; clean: boolean }
  | { kind: "cut_frames"; after: number; clean: boolean }
  | { kind: "status"; status: number; message: string }
  | { kind: "error_frame"; after: number; message: string }
  | { kind: "garbage"; after: number }
  /** Ends in the middle of the frame that first names a tool. */
  | { kind: "half_call" }
  /** The body goes out in writes of `size` bytes, whatever they split. */
  | { kind: "split"; size: number }
  | { kind: "content_type"; value: string }
  /** A TCP reset after `after` frames. */
  | { kind: "reset"; after: number }
  | { kind: "huge_frame"; characters: number }
  /** 200 and no byte of body. */
  | { kind: "empty" }
  /** Promises to keep the connection and closes it after the answer. */
  | { kind: "keepalive_closed" };

export type Turn = {
  thinking?: string;
  text?: string;
  calls?: FakeCall[];
  /** Default: `tool_calls` with calls, else `stop`. */
  finish?: string;
  /** `cached` is what newer Ollama servers tell beside the prompt. */
  usage?: { prompt: number; output: number; cached?: number };
  /** The body exactly as it is sent, in place of all above: what a server of that kind really writes. */
  raw?: string[];
  /** Code points per piece of text; absent = at random. */
  pieceSize?: number;
  fault?: Fault;
};

/** What the fake understood of a request, whichever wire it came by. */
export type Heard = {
  model: string;
  messages: { role: string; text: string; calls: FakeCall[]; toolName?: string }[];
  tools: { name: string; properties: string[] }[];
  /** The body as it came. */
  body: unknown;
  headers: Record<string, string>;
};

/** Answers in order, the last one again when they run out; or a model. */
export type Script = Turn[] | ((heard: Heard) => Turn);

/** `text` in pieces of `size` code points, or of 1 to 8 at random, as a sampler gives it. */
export function pieces(text: string, size?: number): string[] {
  const points = [...text];
  const out: string[] = [];
  while (points.length > 0) out.push(points.splice(0, size ?? 1 + Math.floor(Math.random() * 8)).join(""));
  return out;
}

/** The script as a function of the request. */
export function actor(script: Script): (heard: Heard) => Turn {
  if (typeof script === "function") return script;
  const turns = [...script];
  return () => (turns.length > 1 ? turns.shift() : turns[0]) ?? { text: "" };
}

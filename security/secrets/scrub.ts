/** Takes secrets out of text before a model, a log or a screen sees it. */
export type Scrub = {
  /** `text` with every secret replaced by `[secret: KIND]`. */
  text(text: string): string;
  /** The same for every string inside a JSON value, keys too. */
  value(value: unknown): unknown;
  /** For text that comes in pieces: a secret cut between two pieces is still found. `push` may hold bytes back, `end` gives the rest. */
  stream(): { push(piece: string): string; end(): string };
};

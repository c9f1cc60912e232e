/** When earlier turns are summarised, and which; whether a summary may take their place. Pure. */

/** From this share of the room for a prompt on a conversation counts as nearly full. */
const NEARLY_FULL = 0.85;

/** Share of the room that the newest turns may keep word for word: at most, and where a large prompt leaves little. */
const KEPT = 0.3;
const KEPT_LEAST = 0.15;

/** Share of the room that is aimed at, so that the next turns need no summary. */
const AIM = 0.65;
/** The same where a person asked for it: they want room. */
const KEPT_ASKED = 0.1;

/** Below this share of the room a summary is not worth a request. */
const LEAST_GAIN = 0.1;

/** Share of the room that a summary may take, and its most tokens. */
const SUMMARY_SHARE = 0.2;
const MOST_SUMMARY = 1200;

/** Tokens: `limit` = room for a prompt, `fixed` = system prompt, tools and the present turn. */
export type Fullness = {
  limit: number;
  fixed: number;
  summary: number;
  /** Of each earlier turn, oldest first. */
  turns: readonly number[];
  /** Turns before those, left out already. */
  unread: number;
};

/** Tokens that a summary may have in a room of `limit`. */
export function summaryTokens(limit: number): number {
  return Math.floor(Math.min(MOST_SUMMARY, limit * SUMMARY_SHARE));
}

/**
 * How many of the oldest turns to summarise now; 0 = none. Unasked only if the conversation is nearly full, the summary
 * fits beside the present turn, and enough is gained. The newest turns that fit in a share of the room are kept.
 */
export function turnsToCompact(full: Fullness, options: { asked: boolean }): number {
  const { limit, fixed, turns } = full;
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const total = fixed + full.summary + sum(turns);
  if (turns.length === 0) return 0;
  if (!options.asked && total <= NEARLY_FULL * limit && full.unread === 0) return 0;
  const room = limit - fixed - summaryTokens(limit);
  if (room < 0) return 0;
  const free = Math.max(KEPT_LEAST * limit, AIM * limit - fixed - summaryTokens(limit));
  const keep = Math.min(room, options.asked ? KEPT_ASKED * limit : Math.min(KEPT * limit, free));
  const newest = turns.toReversed();
  const kept = newest.findIndex((_, i) => sum(newest.slice(0, i + 1)) > keep);
  const count = kept === -1 ? 0 : turns.length - kept;
  if (options.asked) return Math.max(1, count);
  return sum(turns.slice(0, count)) >= LEAST_GAIN * limit ? count : 0;
}

/** What a model gave when asked for a summary. */
export type Given = { text: string; reason: "stop" | "length" | "tool_calls"; calls: number };

/**
 * Why `given` cannot stand for what it should replace, or null. It can only be judged by its form: too long, cut, no
 * words, one thing over and over, the marks of a chat template, calls.
 */
export function unfit(
  given: Given,
  limits: { tokens: number; most: number; replaced: number },
): string | null {
  const said = given.text.trim();
  if (given.calls > 0) return "it called a tool instead";
  if (said === "") return "it was empty";
  if (given.reason !== "stop") return "it was cut short";
  if (limits.tokens > limits.most) return `it was too long: ${limits.tokens} tokens, the most is ${limits.most}`;
  if (limits.tokens >= limits.replaced) return "it was no shorter than what it should replace";
  const words = said.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = said.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (words.length < 3 && letters < 12) return "it had no words";
  if (letters / said.length < 0.3) return "it had hardly any words";
  if (words.length >= 40 && new Set(words).size / words.length < 0.15) return "it said the same again and again";
  if (/<\|[a-z_]{2,20}\|>|\[\/?INST\]|<\/?s>|<start_of_turn>/.test(said)) return "it held marks of a chat template";
  return null;
}

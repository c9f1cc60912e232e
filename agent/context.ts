/** Fits a conversation into a context of so many tokens, by whole turns, so that no call loses its result. */
import { type Message, text, textOf, type ToolSpec } from "../node/chat.ts";

export type FitOptions = {
  /** Tokens that prompt and tools may take; the room for the answer is already subtracted. */
  limit: number;
  tools: readonly ToolSpec[];
  /** Stands before the turns and stays when they go: the summary of what came before them. */
  head?: readonly Message[];
  /** Tokens of a text; see `agent/tokens.ts` for the counter and its measured error. */
  count(text: string): number;
};

export type Fitted = {
  messages: Message[];
  /** Earlier turns left out whole. */
  droppedTurns: number;
  /** Tool results of the present turn whose text was replaced by a short mark. */
  shortenedResults: number;
  tokens: number;
};

/** Per message: role and separators, as chat templates spend them (ChatML: 4). */
const MESSAGE_OVERHEAD = 4;
/** An image costs about this many tokens in common vision models; other attachments are counted as their base64 text. */
const IMAGE_TOKENS = 1024;
const LEFT_OUT = "[this result was left out to fit the context; call the tool again to see it]";

/**
 * `messages` with the system messages and the present turn (from the last user message on) always kept,
 * and as many whole earlier turns, newest first, as fit. If the present turn alone is too long, its tool
 * results are replaced by a mark, oldest first, and then `head` is left out. Throws RangeError if even that does not fit.
 */
export function fit(messages: readonly Message[], options: FitOptions): Fitted {
  const system = messages.filter((m) => m.role === "system");
  const turns = turnsOf(messages.filter((m) => m.role !== "system"));
  const present = turns.pop() ?? [];
  const cost = (list: readonly Message[]) => list.reduce((sum, m) => sum + tokensOf(m, options.count), 0);
  const bare = cost(system) + tokensOfTools(options.tools, options.count);
  const wanted = options.head ?? [];

  const { kept: now, shortened } = shorten(present, options.limit - bare - cost(wanted), options.count);
  const head = bare + cost(wanted) + cost(now) > options.limit ? [] : wanted;
  const fixed = bare + cost(head);
  const kept: Message[][] = [now];
  const used = [fixed + cost(now)];
  for (const turn of turns.toReversed()) {
    const next = used[0] + cost(turn);
    if (next > options.limit) break;
    used[0] = next;
    kept.unshift(turn);
  }
  if (used[0] > options.limit) {
    throw new RangeError(
      `Cannot fit the conversation into ${options.limit} tokens: the present turn alone takes ${used[0]}`,
    );
  }
  return {
    messages: [...system, ...head, ...kept.flat()],
    droppedTurns: turns.length - (kept.length - 1),
    shortenedResults: shortened,
    tokens: used[0],
  };
}

/** Tokens that a request spends on the descriptions of its tools. */
export function tokensOfTools(tools: readonly ToolSpec[], count: (text: string) => number): number {
  return tools.length === 0 ? 0 : count(JSON.stringify(tools));
}

/** Tokens of one message as a request carries it. */
export function tokensOf(message: Message, count: (text: string) => number): number {
  const content = message.role === "tool" ? message.result.content : message.content;
  const parts = content.reduce((sum, part) => {
    if (part.type === "text") return sum + count(part.text);
    return sum + (part.type === "image" ? IMAGE_TOKENS : Math.ceil(part.data.length / 2));
  }, 0);
  const calls = message.role === "assistant" && message.toolCalls.length > 0
    ? count(JSON.stringify(message.toolCalls))
    : 0;
  return MESSAGE_OVERHEAD + parts + calls;
}

/** A turn starts at a user message; what comes before the first one belongs to the first turn. */
function turnsOf(messages: readonly Message[]): Message[][] {
  const turns: Message[][] = [];
  for (const message of messages) {
    if (message.role === "user" || turns.length === 0) turns.push([message]);
    else turns[turns.length - 1].push(message);
  }
  return turns;
}

/**
 * Why a message of the person cannot be sent, or null: alone, with prompt and tools, it is more than the model's context
 * holds. It is refused whole and never cut.
 */
export function tooLarge(
  message: Message,
  options: { systemPrompt: string; tools: readonly ToolSpec[]; limit: number; count(text: string): number },
): string | null {
  const own = tokensOf(message, options.count);
  const prompt = tokensOf({ role: "system", content: text(options.systemPrompt) }, options.count);
  const room = options.limit - prompt - tokensOfTools(options.tools, options.count);
  if (own <= room) return null;
  return `Cannot send this message: it takes about ${own} tokens, and the model's context has room for ${
    Math.max(0, room)
  }; nothing was sent`;
}

function shorten(turn: readonly Message[], limit: number, count: (text: string) => number) {
  const kept = [...turn];
  const total = kept.map((m) => tokensOf(m, count));
  const state = { sum: total.reduce((a, b) => a + b, 0), shortened: 0 };
  for (const [i, message] of kept.entries()) {
    if (state.sum <= limit) break;
    if (message.role !== "tool" || textOf(message.result.content).length <= LEFT_OUT.length) continue;
    const short: Message = { role: "tool", result: { ...message.result, content: text(LEFT_OUT), data: undefined } };
    state.sum += tokensOf(short, count) - total[i];
    state.shortened++;
    kept[i] = short;
  }
  return { kept, shortened: state.shortened };
}

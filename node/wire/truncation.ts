/**
 * Whether Ollama cut a prompt without a word, from what it counted. Pure.
 *
 * What its versions do (read 2026-11-20): messages from the front are left out until the rest fits `num_ctx` (`chatPrompt` in
 * server/prompt.go); a prompt that still does not fit is cut to `num_ctx` (to 0.29: "truncating input prompt … new=2048",
 * ollama#8099) or to half of it and 2 or 3 more (0.30 on: 2050 of 4096, 32770 of 65536, 16387 of 32768: #17889, #17427, #3839).
 * `prompt_eval_count` is the whole prompt from 0.4.0 (#3671) to 0.29 and again after #16428 (June 2026); before 0.4.0
 * and in 0.30 it leaves out what came from the prompt cache (#2068, #16414). With `prompt_eval_cached_count`
 * beside it (#17943, August 2026) it is the whole prompt. From 0.12.5 on, `truncate: false` makes an error of it (#12582).
 */
import { type ChatRequest, type Message, textOf } from "../chat.ts";

export type PromptCount = {
  /** As the server gave them; absent where it did not. */
  reported?: number;
  cached?: number;
  output?: number;
  /** Tokens that the prompt has at least, and about. */
  least: number;
  about: number;
  /** Tokens that prompt and answer may take together; absent = unknown. */
  window?: number;
  /** Of the server; absent = not asked. */
  version?: string;
};

/** What to tell the person, or null. A prompt that came from the cache is no reason. */
export function truncationNotice(count: PromptCount): string | null {
  const { reported = 0, output = 0, least, about, window = Infinity } = count;
  const read = (much: string) => `The server read only ${much} of about ${Math.max(about, least)} tokens; `;
  const cure = "raise model.context_length, start a new session, or choose a model with a larger context.";
  if (least > window) {
    return `${read(reported > 0 ? `${reported}` : "a part")}its context holds ${window}. To mend it, ${cure}`;
  }
  if (reported === 0) return null;
  if (reported === window) {
    return `The prompt filled the server's context of ${window} tokens to the last; what did not fit was cut. To mend it, ${cure}`;
  }
  if (reported + output > window) {
    return `The answer outgrew the server's context of ${window} tokens, so the beginning was lost to it. To mend it, ${cure}`;
  }
  if (reported >= least) return null;
  if (countsWhole(count) || isHalf(count)) {
    return `${read(`${reported}`)}the beginning was left out. To mend it, ${cure}`;
  }
  return null;
}

/** Whether only the version can tell a cut prompt from a cached one. */
export function dependsOnVersion(count: PromptCount): boolean {
  return count.version === undefined && truncationNotice(count) === null &&
    truncationNotice({ ...count, cached: 0 }) !== null;
}

/** `reported` is the whole prompt, the cached part with it. */
function countsWhole({ cached, version }: PromptCount): boolean {
  if (cached !== undefined) return true;
  const [major, minor] = (version ?? "").split(".").map(Number);
  if (!Number.isInteger(major) || !Number.isInteger(minor)) return false;
  return major > 0 || (minor >= 4 && minor < 30) || minor > 30;
}

/** The mark of a prompt that was cut to half the context; a prompt that long cannot be below three quarters of it. */
function isHalf({ reported = 0, about, window }: PromptCount): boolean {
  if (window === undefined) return false;
  const over = reported - Math.floor(window / 2);
  return over >= 1 && over <= 4 && about > window * 0.75;
}

/** Up to 4 characters of Chinese or Japanese, a word, a number: no tokenizer in use makes one token of two of them. */
const PIECE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{1,4}|[\p{L}\p{M}]{1,20}|\p{N}{1,4}/gu;

/** Bounds of the tokens of `request`: no tokenizer counts fewer than `least` for its messages; `about` is 4 bytes each. */
export function promptTokens(request: ChatRequest): { least: number; about: number } {
  const texts = request.messages.map(textIn);
  const least = texts.reduce((sum, text) => sum + (text.match(PIECE)?.length ?? 0), 0);
  const bytes = new TextEncoder().encode(
    texts.join("") + (request.tools.length > 0 ? JSON.stringify(request.tools) : ""),
  );
  return { least, about: Math.max(least, Math.ceil(bytes.length / 4)) };
}

function textIn(message: Message): string {
  return textOf(message.role === "tool" ? message.result.content : message.content);
}

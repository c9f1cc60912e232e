/**
 * How many tokens a text is, without a tokenizer: the tables of one weigh megabytes in memory, and each model has its own.
 *
 * An estimate by the kinds of pieces that byte-pair tokenizers cut text into, its weights fitted to the worst of three
 * tokenizers so that it rather counts too many. Measured with `deno run -A tests/bench/tokens_bench.ts`, error against
 * each (gpt-tokenizer 4.0.0, llama3-tokenizer-js 1.2.0), 2026-11:
 *
 *     text               estimate   o200k  cl100k  llama3
 *     arabic_hindi.txt        314   153 %     0 %    93 %
 *     base64.txt              950     3 %     1 %     1 %
 *     chinese.txt             376    51 %     2 %    45 %
 *     code.txt                439    12 %    13 %    13 %
 *     emoji.txt               184    23 %     2 %     4 %
 *     english.txt             284    10 %     8 %     8 %
 *     french.txt              291    27 %     8 %     8 %
 *     german.txt              291    20 %    -7 %    -7 %
 *     heldout_chinese.txt      136    81 %    37 %    81 %
 *     heldout_code.txt        234    15 %    16 %    16 %
 *     heldout_french.txt      106    34 %     5 %     5 %
 *     heldout_german.txt      135    24 %     0 %     0 %
 *     heldout_logs.txt        204     1 %     1 %     1 %
 *     japanese.txt            263    57 %     9 %    81 %
 *     json.txt                389    18 %    20 %    20 %
 *     logs.txt                414     0 %     1 %     1 %
 *     markdown.txt            190     3 %     3 %     3 %
 *     russian.txt             245    78 %     8 %    62 %
 *
 * The weights were fitted on the texts that are not `heldout`. No class is counted more than 10 % too low.
 */
import type { ChatRequest, Message, Part } from "../node/chat.ts";

/** In order: ASCII word (a hump of a camelCase name), other Latin word, digits, CJK, Cyrillic or Greek, other letters, space, ASCII marks, the rest. */
const PIECES =
  /([A-Z]?[a-z]+|[A-Z]+)|(\p{Script=Latin}[\p{Script=Latin}\p{M}]*)|(\d+)|([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u301f\uff00-\uffef\u30fc])|([\p{Script=Cyrillic}\p{Script=Greek}]+)|([\p{L}\p{M}]+)|(\s+)|([!-/:-@[-`{-~]+)|([^])/gu;

/** From this share of words with letters beyond ASCII on, a text's plain words count as foreign: they are cut smaller. */
const FOREIGN_SHARE = 0.02;

/** What a short piece that touches the piece before it costs more: keys, hashes and base64 are cut unpredictably. */
const RANDOM = 0.2;

/** Tokens of `text`, estimated; 0 only for the empty text. Linear in its length. */
export function countTokens(text: string): number {
  let [tokens, words, foreignWords, foreignExtra] = [0, 0, 0, 0];
  let joined = false;
  for (const [all, ascii, latin, digits, cjk, cyrillic, letters, space, marks] of text.matchAll(PIECES)) {
    if (ascii) {
      words++;
      const own = asciiWord(ascii) + (joined && ascii.length <= 3 ? RANDOM : 0);
      tokens += own;
      foreignExtra += Math.max(0, foreignWord(ascii.length) - own);
    } else if (latin) {
      words++;
      foreignWords++;
      tokens += 0.9 + latin.length * 0.24;
    } else if (digits) tokens += Math.ceil(digits.length / 3) + (joined ? RANDOM : 0);
    else if (cjk) tokens += 1.25;
    else if (cyrillic) tokens += 0.2 + cyrillic.length * 0.55;
    else if (letters) tokens += letters.length * 1.05;
    else if (space) tokens += space === " " ? 0 : 0.9;
    else if (marks) tokens += 0.25 + marks.length * 0.55;
    else tokens += (all.codePointAt(0) ?? 0) > 0xffff ? 2.8 : 1.9;
    joined = Boolean(ascii ?? digits);
  }
  if (foreignWords > words * FOREIGN_SHARE) tokens += foreignExtra;
  return text === "" ? 0 : Math.max(1, Math.ceil(tokens));
}

function asciiWord(word: string): number {
  const upper = word.length > 1 && word[1] <= "Z";
  if (upper) return 1 + Math.max(0, word.length - 2) * 0.35;
  return 1.02 + Math.max(0, word.length - 6) * 0.15;
}

function foreignWord(length: number): number {
  return 1 + Math.max(0, length - 3) * 0.21;
}

/** Tokens that a chat template spends on one message besides its text: role, separators. Most spend 3 to 5. */
const PER_MESSAGE = 5;

/** Tokens of a picture: models take from 256 to about 1,600; the upper end, so that a context is not overrun. */
const PER_IMAGE = 1600;

/** Tokens of the whole `request` as the backend will see it: messages, calls, results and the tools' schemas. */
export function tokensOfRequest(request: Pick<ChatRequest, "messages" | "tools">): number {
  const tools = request.tools.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool)) + PER_MESSAGE, 0);
  return request.messages.reduce((sum, message) => sum + tokensOfMessage(message), tools);
}

/** Tokens of one message, its template's share included. */
export function tokensOfMessage(message: Message): number {
  if (message.role === "tool") {
    return PER_MESSAGE + countTokens(message.result.name) + tokensOfParts(message.result.content);
  }
  const calls = message.role === "assistant" ? message.toolCalls : [];
  return calls.reduce(
    (sum, call) => sum + PER_MESSAGE + countTokens(call.name) + countTokens(call.arguments),
    PER_MESSAGE + tokensOfParts(message.content),
  );
}

/** Base64 of audio and files at 3 bytes in 4 characters; a backend that takes them spends no more than their size. */
function tokensOfParts(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === "text") return sum + countTokens(part.text);
    return sum + (part.type === "image" ? PER_IMAGE : Math.ceil(part.data.length / 4));
  }, 0);
}

/**
 * The ratio by which to multiply estimates, after a backend counted `actual` tokens for a request estimated at
 * `estimated`: a quarter of the way to what it measured, kept within 0.5 to 2, so one odd answer moves little and a
 * model with another tokenizer is still met in a few turns. Counts that tell nothing (a cached prompt) change nothing.
 */
export function calibrate(ratio: number, measured: { estimated: number; actual: number }): number {
  const seen = measured.actual / measured.estimated;
  if (!Number.isFinite(seen) || measured.actual < 200 || seen < 0.5) return ratio;
  return Math.min(2, Math.max(0.5, ratio + (seen - ratio) / 4));
}

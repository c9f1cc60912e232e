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

/** A sentence without its courtesies, for readers that know it whole: what stands in it, they must all explain. */

/** `said` as typed, `words` in lower case with plain quotes. `asked` = it ended with a question mark. */
export type Plain = { said: string; words: string; asked: boolean };

const LEAD =
  /^(?:(?:please|pls|hey|hi|hello|ok|okay|so|now|well|kindly|harombe|and|also|then|can you|could you|would you|will you|can you please|could you please|i want you to|i need you to|i would like you to|i'd like you to|just|quickly|tell me|show me|give me|do you know)[,!]? +)+/i;
const TAIL = /(?:,? +(?:please|pls|thanks|thank you|for me|right now|now))+$/i;

/** `text` without courtesies and end marks. `keep` leaves "tell me" and its like, where they belong to the request. */
export function plainOf(text: string): Plain {
  const whole = text.trim().replace(/\s+/g, " ").replaceAll("’", "'");
  const asked = /\?[\s!.]*$/.test(whole);
  const bare = whole.replace(/[?!\s]+$/, "").replace(/(?<!\.)\.$/, "").replace(LEAD, "").replace(TAIL, "");
  return { said: bare, words: bare.toLowerCase(), asked };
}

/** Text between quotes, as a group of a regular expression; `unquoted` takes the quotes away. */
export const QUOTED = "(\"[^\"]*\"|'(?:[^']|(?<=\\w)'(?=\\w))*'|“[^”]*”|`[^`]*`)";
/** A file named as one word with an ending, or in quotes. */
export const FILE = '([\\w@+-][\\w@+./-]{0,200}\\.[A-Za-z]\\w{0,9}|"[^"\\n]{1,200}\\.\\w{1,10}")';
/** A web address. */
export const URL_WORD = "(https?:\\/\\/[^\\s\"'<>`]+)";

export const unquoted = (text: string): string => /^["'“`]/.test(text) ? text.slice(1, -1) : text;

/** A path as a frame holds it, or null where it leaves the folder or is none. */
export function pathIn(text: string): string | null {
  const path = unquoted(text).replace(/^\.\//, "");
  return path === "" || /[*?[\]{}()!\\]/.test(path) || path.startsWith("/") ||
      path.split("/").some((p) => p === ".." || p === "")
    ? null
    : path;
}

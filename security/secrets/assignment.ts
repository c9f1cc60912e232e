/** Values given to names that say they are secret: `password=…`, `"api_key": "…"`, `export DB_PASS=…`. */
import { isValue } from "./detectors.ts";

const NAMES =
  "pass(?:word|wd|phrase|code)?|pwd|secret|token|credential|api[_-]?key|apikey|access[_-]?key(?:[_-]?id)?|" +
  "secret[_-]?(?:access[_-]?)?key|private[_-]?key|client[_-]?secret|account[_-]?key|shared[_-]?(?:access[_-]?)?key|" +
  "signing[_-]?key|encryption[_-]?key|master[_-]?key|auth[_-]?key|service[_-]?key|session[_-]?key|webhook[_-]?key|_auth|authtoken";
const SUFFIX = "(?:_?\\d{1,3}|_(?:value|b64|base64|text|string))?";

const SECRET_NAME = new RegExp(`(?:^|[^a-z]|[a-z](?=[A-Z]))(?:${NAMES})${SUFFIX}$`, "i");
const NOT_SECRET =
  /(?:^|[_-])(?:max|min|num|count|total|n|prompt|output|input|completion|used|per|pad|eos|bos|unk|stop|next[_-]?page|page|csrf[_-]?param)[_-]?tokens?$/i;

/** True if a field of this name holds a secret: `password`, `DB_PASSWORD`, `clientSecret`, not `tokens` or `max_token`. */
export function isSecretName(name: string): boolean {
  return name.length <= 200 && SECRET_NAME.test(name) && !NOT_SECRET.test(name);
}

const ASSIGNMENT = new RegExp(
  `(?<name>(?<![A-Za-z0-9])(?:[A-Za-z0-9_.-]{0,64}[_.-]|[a-z0-9]{0,40}(?=[A-Z]))?(?:${NAMES})${SUFFIX})` +
    `(?<close>\\\\?["'\`]\\]?)?(?<sign>[ \\t]{0,9}(?::=|=>|=|:)[ \\t]{0,9})(?<open>\\\\?["'\`]|\\\\?u0022)?`,
  "gi",
);
const TYPES =
  /^(?:str(?:ing)?|bool(?:ean)?|int(?:eger)?|number|float|bytes?|any|unknown|object|never|void|optional|required|yes|no|on|off|null|none|undefined|text|varchar|password|secret|token)\b[\])}>,;|?]*$/i;
/** What a program computes rather than holds: a call, a member, an expression. */
const CODE =
  /^(?:await|new|function|async|this|self|process|os|env|config|import|require|lambda|typeof)\b|^[A-Za-z_$][\w$]*!?(?:\.[A-Za-z_$][\w$]*|\?\.|\(|\[)|^[({[&|!=>\\]/;

/** Start and end of each value in `line`, quotes left out. `line` holds no line break. */
export function assignedValues(line: string): [number, number][] {
  const found: [number, number][] = [];
  for (const match of line.matchAll(ASSIGNMENT)) {
    const { name, sign, open, close } = match.groups as Record<string, string | undefined>;
    if (NOT_SECRET.test(name!)) continue;
    const start = match.index + match[0].length;
    const value = open ? quoted(line, start, open) : bare(line, start);
    if (value.length < (open ? 3 : 4) || !isValue(value) || TYPES.test(value)) continue;
    if (
      open
        ? !quotedCounts(value, name!)
        : !bareCounts(value, { sign: sign!, before: line.slice(0, match.index), close })
    ) continue;
    found.push([start, start + value.length]);
  }
  return found;
}

const MOST = 4000;

function quoted(line: string, start: number, open: string): string {
  const rest = line.slice(start, start + MOST);
  if (open.startsWith("\\")) {
    const end = rest.indexOf(open);
    return end < 0 ? rest.match(/^[^\s"'\\]*/)![0] : rest.slice(0, end);
  }
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === "\\") i++;
    else if (rest[i] === open) return rest.slice(0, i);
  }
  return rest.match(/^[^\s"'`]*/)![0];
}

/** A sentence in quotes is a label of a form, unless the name says that sentences are what it holds. */
function quotedCounts(value: string, name: string): boolean {
  return !/\s/.test(value) || /phrase/i.test(name) || /\d/.test(value) && value.split(/\s+/).length < 6;
}

/** Up to white space, a quote, or a separator that another name or nothing follows. */
function bare(line: string, start: number): string {
  const rest = line.slice(start, start + MOST);
  return rest.match(/^(?:[^\s"'`&;,)}\]]|[&;,)}\]](?![\s"'}\])]|$|[\w. -]{1,40}[=:]))*/)![0];
}

function bareCounts(
  value: string,
  { sign, before, close }: { sign: string; before: string; close: string | undefined },
): boolean {
  const mixed = /\d/.test(value) && /[A-Za-z]/.test(value);
  const odd = /[^\w.,:;()[\]{}<>'"\/-]/.test(value);
  if (CODE.test(value) && !(odd && mixed && !/[([]/.test(value))) return false;
  if (sign.trim() === "=" && !/\s/.test(sign)) return true;
  if (close !== undefined) return mixed || odd;
  if (mixed || (odd && value.length >= 6)) return value.length >= 6;
  const alone = /^[ \t]*(?:- )?(?:export )?[\w.-]*$/.test(before);
  return alone && value.length >= 8 && /^[\w.-]+$/.test(value) && /[A-Z\d_.-]/.test(value.slice(1)) &&
    !/^[a-z]+(?:[A-Z][a-z]+)+$/.test(value);
}

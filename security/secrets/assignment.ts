/** Values given to names that say they are secret: `password=…`, `"api_key": "…"`, `export DB_PASS=…`, `<token>…</token>`. */
import { createAnchors } from "./anchors.ts";
import { isMachineName, isSecretName, plainName } from "./secret_name.ts";
import { isValue } from "./stand_in.ts";

/** Each secret name holds one of these. */
const anchors = createAnchors(
  ["pass", "pwd", "pw", "psw", "secret", "token", "cred", "key", "auth", "bearer", "sig", "psk", "otp"].map((
    literal,
  ) => ({
    literal,
    fold: true,
    of: null,
  })),
);

const FIRST = /^[A-Za-z0-9_$]$/;
const NAME = /[A-Za-z0-9_.$-]/;
/** `api key`, `secret access key`: what stands before the last word of a name in prose. */
const WORDS_BEFORE =
  /(?:^|[^A-Za-z0-9_])((?:api|secret|access|auth|private|signing|account|license|encryption|master|client|storage|pass|service|shared|bot|app|webhook)(?:[ ]access)?[ ])$/i;

const SIGN =
  /(?<close>(?:\\{0,7}["'`]|\\u0022|&quot;)?[\])]?\??)(?<type>:[ \t]{0,3}(?:string|str|String|&(?:'static )?str)[ \t]{0,3}(?==))?(?<sign>[ \t]{0,9}(?::=|=>|=(?![=~>])|:(?!:)|(?<=<[\w:.-]{1,60})>(?=<!|[^<]))[ \t]{0,9}|[ \t](?:is|was)[ \t])(?<tag>!!(?:str|binary)[ \t]|[bru@$](?=["']))?(?<open>\\{0,7}["'`]{1,3}|\\u0022|&quot;|<!\[CDATA\[)?/dy;
/** `name="password" value="…"`, `{"name": "DB_PASSWORD", "value": "…"}`. */
const VALUE_BESIDE = /(?<open>["'])\s{0,9}[,}]?\s{0,9}["']?value["']?\s{0,9}[=:]\s{0,9}(?=["'])/iy;
/** `setPassword("…")`, `password "…"`, `IDENTIFIED BY '…'`. */
const CALLED = /[ \t]{0,2}\([ \t]{0,2}(?=["'`])|[ \t]{1,4}(?=["'`])|\\?["'`][ \t]{0,3},[ \t]{0,3}(?=["'`])/y;
/** What lets a bare word after a space be the value: an option, `ENV NAME`, `setenv NAME`, `login bob password`. */
const SPACED_BEFORE =
  /(?:^|[\s"'[,])(?:--?|\/|ENV[ \t]+|ARG[ \t]+|setenv[ \t]+|login[ \t]+\S{1,100}[ \t]+|(?:^|[^\w])config[ \t]+set[ \t]+)$|^[ \t]*$/i;
const SPACED = /(?:["'],)?[ \t]{1,9}["']?(?=[^\s"'-])/y;

const TYPES =
  /^(?:str(?:ing)?|bool(?:ean)?|int(?:eger)?|number|float|bytes?|any|unknown|object|never|void|optional|required|yes|no|on|off|null|none|undefined|text|varchar|password|secret|token|hidden|bearer|basic|jwt|input|self|key|value|env|file|keyring|stdin|prompt)\b[\])}>,;|?!]*$/i;
/** What a program computes rather than holds: a call, a member, an expression. */
const CODE =
  /^(?:await|new|function|async|this|self|process|os|env|config|import|require|lambda|typeof|return|if|else|and|or|not|in|for|def|let|var|const|use|String|Option|Some|None|Optional|List|dict|Box|Vec|Arc)\b|^[A-Za-z_$][\w$]*!?(?:\.[A-Za-z_$][\w$]*|\?\.|\(|\[|::|<)|^[({[&|!=>\\*]/;
/** A word of a form, a message or a language rather than a password. */
const LABEL =
  /pass|pwd|secret|token|kenn|wort|contra|clave|senha|heslo|has[lł]o|parol|wachtw|l[oö]sen|mot[-_ ]?de|hidden|input|field|enter|require|valid|string|login|user|email|wrong|reset|forgot|confirm|strength|show|visible|weak|strong|incorrect|missing|match|plain|bcrypt|argon|scrypt|hash|digest|oauth|bearer|credential|account|generate|random|header|cookie|client|server|service|default|custom|manual|auto|name|type|config|api|key/i;

export type Assigned = { start: number; end: number };

/** Start and end of each value in `line`, quotes left out; in order. `line` holds no line break. */
export function assignedValues(line: string): [number, number][] {
  const found: [number, number][] = [];
  const state = { named: 0, covered: 0 };
  anchors(line, (at, end) => {
    if (at < state.named || at < state.covered) return;
    const name = nameAround(line, at, end);
    state.named = name.end;
    if (!isSecretName(name.text) || RESOURCE.test(line.slice(Math.max(0, name.start - 80), name.start))) return;
    const value = valueAfter(line, name);
    if (value === null) return;
    found.push(value);
    state.covered = value[1];
  });
  return found;
}

/** The name of a stored secret of a cloud: `arn:aws:secretsmanager:eu-west-1:123:secret:prod/db`. */
const RESOURCE = /\b(?:arn|crn|urn|projects)[:\/][\w:\/.-]{0,80}$/;

type Name = { text: string; start: number; end: number };

function nameAround(line: string, at: number, end: number): Name {
  let start = at;
  while (start > 0 && at - start < 100 && NAME.test(line[start - 1])) start--;
  let stop = end;
  while (stop < line.length && stop - end < 60 && (NAME.test(line[stop]) && line[stop] !== "." && line[stop] !== "$")) {
    stop++;
  }
  if (line[stop - 1] === "-") stop--;
  while (start < at && !FIRST.test(line[start])) start++;
  if (line[start - 1] === "\\" && /[nrtbf]/.test(line[start]) && start < at) start++;
  const words = WORDS_BEFORE.exec(line.slice(Math.max(0, start - 30), start));
  if (words !== null) start -= words[1].length;
  return { text: line.slice(start, stop), start, end: stop };
}

function valueAfter(line: string, name: Name): [number, number] | null {
  SIGN.lastIndex = name.end;
  const match = SIGN.exec(line);
  if (match !== null) {
    const { sign, open, close } = match.groups as Record<string, string | undefined>;
    const start = match.index + match[0].length;
    if (open) {
      const value = quoted(line, start, open);
      return value.length >= 3 && counts(value) && quotedCounts(value, name.text)
        ? [start, start + value.length]
        : null;
    }
    const value = bare(line, start, sign!.trim() === ">");
    if (value.length < 4 || !counts(value)) return null;
    const around = {
      sign: sign!,
      before: line.slice(Math.max(0, name.start - 120), name.start),
      close,
      name: name.text,
    };
    return bareCounts(value, around) ? [start, start + value.length] : null;
  }
  for (const way of [VALUE_BESIDE, CALLED]) {
    way.lastIndex = name.end;
    const beside = way.exec(line);
    if (beside === null) continue;
    const start = beside.index + beside[0].length + 1;
    const value = quoted(line, start, line[start - 1]);
    const sure = way === VALUE_BESIDE || /^set_?|_by$/i.test(plainName(name.text)) || mixed(value) && !/\s/.test(value);
    return sure && value.length >= 4 && counts(value) && quotedCounts(value, name.text)
      ? [start, start + value.length]
      : null;
  }
  const before = line.slice(Math.max(0, name.start - 130), name.start);
  if (!SPACED_BEFORE.test(before) || before.trim() === "" && name.end - name.start < 8) return null;
  SPACED.lastIndex = name.end;
  const spaced = SPACED.exec(line);
  if (spaced === null) return null;
  const start = spaced.index + spaced[0].length;
  const value = bare(line, start, false);
  const odd = /[^\w.\/,:;()?-]/.test(value);
  return value.length >= 4 && counts(value) && (!CODE.test(value) || drawnAtRandom(value)) && (mixed(value) || odd)
    ? [start, start + value.length]
    : null;
}

const mixed = (s: string) => /\d/.test(s) && /[A-Za-z]/.test(s);

/** `db-secret-v1`, `user.password.2`: what a thing is called rather than what it holds. */
function namesThing(value: string, name: string): boolean {
  return /^[a-z]{2,}(?:[-_.\/][a-z]+|[-_.]v?\d{1,2})+$/.test(value) && (isMachineName(name) || LABEL.test(value));
}

/** True if letters and digits change so often that nobody wrote it as a name of a program. */
function drawnAtRandom(value: string): boolean {
  const changes = value.match(/[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 4 && /\d/.test(value);
}

function counts(value: string): boolean {
  return isValue(value) && !TYPES.test(value) && !/^(.)\1*$/.test(value);
}

const MOST = 4000;

function quoted(line: string, start: number, open: string): string {
  const rest = line.slice(start, start + MOST);
  const close = open === "<![CDATA[" ? "]]>" : open;
  if (open.startsWith("\\") || open.length > 1) {
    const end = rest.indexOf(close);
    return end < 0 ? rest.match(/^[^\s"'\\]*/)![0] : rest.slice(0, end);
  }
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === "\\") i++;
    else if (rest[i] === open) return rest.slice(0, i);
  }
  return rest.match(/^[^\s"'`]*/)![0];
}

/** A sentence or a word of a form is no secret, unless the name says that words are what it holds. */
function quotedCounts(value: string, name: string): boolean {
  if (/phrase|mnemonic|seed/i.test(name) && /\s/.test(value)) return true;
  if (/\s/.test(value)) return /\d/.test(value) && value.split(/\s+/).length < 6;
  if (mixed(value)) return !namesThing(value, name);
  if (/^\d+$/.test(value)) return value.length >= 4 && !isMachineName(name);
  if (/^[A-Za-z]+$/.test(value)) {
    if (isMachineName(name)) {
      return value.length >= 20 && /[A-Z]/.test(value) && /[a-z]/.test(value) && !LABEL.test(value);
    }
    return value.length >= 5 && !/^[A-Z][a-z]+$/.test(value) && !LABEL.test(value);
  }
  if (/[^\x20-\x7e]/.test(value)) return /[!-\/:-@\d]/.test(value.slice(1, -1)) && !LABEL.test(value);
  const odd = /[^\w.:;,\/ -]/.test(value.replace(/[?!:.]$/, ""));
  return odd
    ? !/^[\w.\/:-]*[({[$<|%]/.test(value)
    : isMachineName(name)
    ? false
    : !LABEL.test(value) && !/^[a-z.:_\/-]+$/.test(value);
}

/** Up to white space, a quote, or a separator that another name or nothing follows. */
function bare(line: string, start: number, tagged: boolean): string {
  const rest = line.slice(start, start + MOST);
  if (tagged) return rest.match(/^[^<>\s]*(?=<)/)?.[0] ?? "";
  return rest.match(/^(?:[^\s"'`&;,)}\]<\\]|\\(?![nrt"'])|[&;,)}\]<](?![\s"'}\])<]|$|[\w. -]{1,40}[=:]|\/))*/)![0];
}

function bareCounts(
  value: string,
  { sign, before, close, name }: { sign: string; before: string; close: string | undefined; name: string },
): boolean {
  if (
    isMachineName(name) && /^[A-Z][A-Za-z]*\d{0,2}(?:[A-Z][a-z]+)+\d{0,2}$/.test(value) ||
    /^[\w.!]+\?.*[(:]/.test(value)
  ) {
    return false;
  }
  if (/^\/./.test(value) && (/[\\([?*]/.test(value) || !drawnAtRandom(value))) return false;
  const both = mixed(value);
  const odd = /[^\w.,:;()[\]{}<>'"\/-]/.test(value);
  if (CODE.test(value) && !((odd || drawnAtRandom(value)) && both && !/[([]/.test(value))) return false;
  if (!/\d/.test(value) && isSecretName(value) || /^[a-z]+(?:[_.-][a-z]+)+$/i.test(value) && isMachineName(name)) {
    return false;
  }
  const plain = /^[A-Za-z_][A-Za-z_]*$/.test(value);
  if (/is|was/.test(sign)) return both && (odd || /[A-Z]/.test(value) && /[a-z]/.test(value) || value.length >= 16);
  if (sign === ">") return both || odd || !LABEL.test(value);
  if (sign.trim() === "=" && !/\s/.test(sign)) {
    if (!plain) return both || odd || value.length >= 4 && !isMachineName(name);
    if (/[(,][^()]*$/.test(before) || isMachineName(name) && value.length < 16) return false;
    return !LABEL.test(value);
  }
  if (close) return both || odd;
  if (both || (odd && value.length >= 6)) {
    return value.length >= 6 && !namesThing(value, name);
  }
  const alone = /^[ \t]*(?:- )?(?:export )?[\w.-]*$/.test(before);
  return alone && !isMachineName(name) && value.length >= 8 && /^[\w.-]+$/.test(value) &&
    /[A-Z\d_.-]/.test(value.slice(1)) &&
    !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)+$/.test(value) && !LABEL.test(value);
}

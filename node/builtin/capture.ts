/** Slots whose text is free: what to search for, whose commits, which branch, what a session was about. */
import { LEXICON, singulars } from "./lexicon.ts";
import { type Span, span } from "./span.ts";
import { USUAL_FOLDERS } from "./slots.ts";
import type { Token } from "./token.ts";

/** What may stand before a text to search, strong enough to take plain words as that text. */
const STRONG =
  /(?:^| )(?:grep(?: -\w+)*(?: for)?|rg|(?:the )?(?:exact )?(?:word|text|string|phrase|pattern|term|keyword|expression|identifier|symbol|function|variable|class)|(?:occurrences?|instances?|mentions?|appearances?|usages?|matches|hits|references) (?:of|to|for)|uses of|containing|(?:that |which )?(?:contains?|mentions?|references?|says?)|mentioning|referencing|saying|refer(?:s|ring)? to|lines? (?:with|matching)|(?:which|what|any|list|find|show|all) (?:\S+ )?(?:files?|modules?|scripts?) (?:that |which )?(?:use|import|call|define|export|declare|implement|need)s?|(?:that |which )?match(?:es)?|matching)$/;
/** A verb that needs more: one code-like word, or a place in the files after it. */
const WEAK =
  /(?:^| )(?:search(?:ing)?(?: \S+){0,4} for|scan(?: \S+){0,4} for|search|look(?:ing)?(?: \S+){0,4} for|hunt for|(?:files?|folder|code|project|repo|src|here|everything) for)$/;
const FIND =
  /(?:^| )(?:find|locate|spot|find me|find all|(?:use|uses|using|import|imports|importing|call|calls|calling))$/;
/** "where is X used", "how often does X appear". */
// Matched against eight words at most, so its nesting cannot cost much.
const ASIDE =
  /^(?:(?:find|show|see|tell|me|out|where|in which files?|which files?|how many times|how often|how many files|anywhere|is|are|does|do) (?:\S+ )?)*(?:where(?:s| is| are| do we| do i| does| did we| did i)?|how (?:many times|often|frequently) (?:is|are|does|do|did)|in (?:which|what|how many) files? (?:is|are|does|do)|is|are|does|do)$/;
const USED =
  /^(?:(?:is|are|gets?|being) )?(?:used|use|defined|define|declared|declare|mentioned|referenced|called|call|imported|import|appears?|occurs?|occur|implemented|invoked|instantiated|show up|come up|turn up)(?: |$)/;
/** Verbs that end a text: "the word X appears". */
const ENDS = /^(?:appears?|occurs?|used|defined|declared|mentioned|referenced|imported|exists?)$/;
const PLACE =
  /^(?:in|inside|within|under|across|from|throughout|among|through|anywhere|everywhere|here|please|at|on|of)$/;
const ARTICLE =
  /^(?:the|a|an|any|all|every|for|to|my|our|me|some|no|neither|these|those|this|your|his|her|their|its|nothing|anything|something|everything|nobody|none|it|them)$/;
const NO_START =
  /^(?:in|inside|within|under|across|from|at|on|of|is|are|does|do|did|was|were|and|or|that|which|there|with|like|counts?)$|^-/;
const NAMES_TEXT =
  /^(?:word|words|text|string|phrase|pattern|term|keyword|function|class|variable|method|symbol|identifier|type|constant|interface)$/;
/** A name in code is meant, so one word; "which function calls X" asks for callers, which no search can tell. */
const NAMES_CODE =
  /(?:^| )(?:function|class|variable|identifier|symbol|method|constant|interface|type|module|library)$/;
/** What a reviewer looks for, by judgement and not by text. */
const JUDGED =
  /^(?:bug|problem|issue|mistake|flaw|vulnerability|vulnerabilitie|leak|smell|typo|improvement|optimi[sz]ation|inconsistency|inconsistencie|contradiction|duplicate|risk|hole|fault|defect|weakness|weaknesse|regression|redundancy|redundancie|antipattern|race|deadlock)s?$/;
/** Words that logs are full of: in a log a text, in source a judgement. */
const LOGGED = /^(?:error|warning|exception|failure|crash|crashe)s?$/;
const SOURCE = /\.(?:ts|tsx|js|mjs|jsx|py|rs|go|java|kt|c|h|cc|cpp|cs|rb|php|swift|sh|md)$/i;
/** What is looked for by kind, not by text: "search for files named x". */
const THINGS_OF_OURS =
  /^(?:files?|folders?|director(?:y|ies)|documents?|images?|scripts?|sessions?|conversations?|chats?|commits?|lines?)$/;
const FILEISH =
  /^(?:here|everywhere|anywhere)\b|^(?:(?:in|inside|within|under|across|from|throughout|among|through|of|on) )(?:(?:the|my|our|all|any|this|these|every|each) )*(?:files?|folders?|code|codebase|project|repo|repository|source|workspace|director(?:y|ies)|logs?|docs|here|readme|src|tests?|lib|\S+ (?:files?|folder|directory|code))\b/;

/** True if `raw` is written like a name in code: parseConfig, MAX_SIZE, foo(), a.b, x-y, E1001. */
export function codeLike(raw: string): boolean {
  return /^[A-Z][A-Z0-9_]{2,}$|[a-z][A-Z]|_|\(\)?$|::|->|\w\.\w|^[A-Za-z]+\d+$|^[A-Z][a-z]+[A-Z]|^[#@$]\w/.test(raw);
}

const known = (word: string): boolean => singulars(word).some((w) => LEXICON.has(w));

function patternAt(tokens: readonly Token[], at: number): Span[] {
  const token = tokens[at];
  const before = tokens.slice(Math.max(0, at - 8), at).map((t) => t.word);
  const lead = before.join(" ").replace(/(?: (?:the|a|an|any|all|every|me))+$/, "");
  if (
    token.kind === "word" && NAMES_TEXT.test(token.word) && /^(?:word|quoted|path)$/.test(tokens[at + 1]?.kind ?? "") &&
    !PLACE.test(tokens[at + 1].word)
  ) {
    return [];
  }
  const strong = STRONG.test(lead);
  const weak = WEAK.test(lead);
  if (token.kind === "break") return [];
  const follow = tokens.slice(at + 1).map((t) => t.word).join(" ");
  if (/\b(?:file)?names? (?:contains?|containing|includes?|has|is|starts? with)$/.test(lead)) return [];
  if (/^(?:in|as part of) (?:the|its|their) (?:file ?)?names?\b/.test(follow)) return [];
  if (
    token.kind === "quoted" && /^[\w.\/{},-]*\*[\w*.\/{},-]*$/.test(token.raw) &&
    /(?:files|matching|named|like|folders)$/.test(lead)
  ) return [];
  if (token.kind === "quoted") {
    const named = /(?:named|called|file|folder|directory|open|read|cat|ls|in|inside|under)$/.test(lead) && !strong ||
      /^(?:in|as part of) (?:the|its|their) (?:file ?)?names?\b/.test(
        tokens.slice(at + 1).map((t) => t.word).join(" "),
      );
    return named ? [] : [span(tokens, [at, at + 1], "PATTERN")];
  }
  if (
    token.kind === "word" && NAMES_CODE.test(lead) && !codeLike(token.raw) &&
    (known(token.word) || /\b(?:which|what) \S+$/.test(lead))
  ) {
    return [];
  }
  if (token.kind === "glob" || (token.kind === "word" && (ARTICLE.test(token.word) || NO_START.test(token.word)))) {
    return [];
  }
  let to = at + 1;
  while (to < tokens.length && to < at + 4) {
    const next = tokens[to];
    if (
      next.kind === "break" || next.kind === "quoted" || next.kind === "glob" || next.kind === "path" ||
      (to === tokens.length - 1 && /^(?:grep|rg)\b/.test(lead) && USUAL_FOLDERS.has(next.word)) ||
      ENDS.test(next.word) || (next.kind === "word" && (PLACE.test(next.word) || next.word === "and"))
    ) break;
    to++;
  }
  const rest = tokens.slice(to).map((t) => t.word).join(" ");
  const placed = FILEISH.test(rest) || tokens.slice(to, to + 3).some((t) => t.kind === "path" || t.kind === "glob");
  const placedBefore = tokens.slice(0, at).some((t) => t.kind === "path" || t.kind === "glob") ||
    /\b(?:files?|code|folder|directory|project|repo|here)\b/.test(lead);
  const plainVerb = /\b(?:search|searching|scan|look) (?:\S+ ){0,4}for$|\b(?:grep|rg)\b/.test(lead) &&
    !/\blook\b/.test(lead);
  const out: Span[] = [];
  const judged = !strong &&
    tokens.slice(at, to).some((t) =>
      JUDGED.test(t.word) ||
      (LOGGED.test(t.word) && tokens.slice(to).some((p) => p.kind === "path" && SOURCE.test(p.raw)))
    );
  if (judged && token.kind === "word") return [];
  // "the meaning of main.ts" is no text in it.
  if (!strong && token.kind === "word" && !codeLike(token.raw) && tokens[to]?.word === "of") return [];
  const add = (end: number) => {
    if (
      end > at + 1 && tokens[end - 1].kind === "word" &&
      /^(?:modules?|functions?|class|library|package|comments?|method|variable)$/.test(tokens[end - 1].word)
    ) return add(end - 1);
    push(end);
  };
  const push = (end: number) => out.push(span(tokens, [at, end], "PATTERN", rawOf(tokens, at, end)));
  const words = tokens.slice(at, to);
  const ordinary = words.every((t) => t.kind === "word" && known(t.word) && !codeLike(t.raw));
  const unknownFirst = token.kind !== "word" || !known(token.word) || codeLike(token.raw);
  // "how many times does X appear", "where is X used": X ends before the verb.
  const aside = before.slice(0).join(" ").replace(/ (?:the|function|class|variable|word|string|text|type|method)$/, "");
  if (ASIDE.test(aside)) {
    for (let end = at + 1; end <= Math.min(at + 4, tokens.length - 1); end++) {
      if (USED.test(tokens.slice(end).map((t) => t.word).join(" ")) && token.kind === "word") {
        const named = tokens.slice(at, end).every((t) => t.kind !== "word" || !known(t.word) || codeLike(t.raw));
        if (named || (end === at + 1 && !known(token.word))) add(end);
        break;
      }
    }
  }
  if (strong) {
    const verb = /(?:word|text|string|phrase|pattern|term|keyword|grep|rg|occurrences? of|mentions? of)$/.test(lead);
    if (!ordinary || verb) add(to);
    if (to > at + 1 && unknownFirst) add(at + 1);
    if (verb) add(at + 1);
  } else if (
    weak && !THINGS_OF_OURS.test(token.word) &&
    (token.kind !== "path" || (/\b(?:code|codebase|source|files) for$/.test(lead) && !token.raw.includes("/")))
  ) {
    if (
      (!ordinary || /\.\w+ for$/.test(lead)) &&
      (placed || placedBefore || (words.length === 1 && /^(?:please|thanks|for me)?$/.test(rest) && plainVerb))
    ) add(to);
    if (to > at + 1 && codeLike(token.raw)) add(at + 1);
  } else if (FIND.test(lead) && token.kind === "word" && codeLike(token.raw)) {
    add(at + 1);
  } else if (
    FIND.test(lead) && words.length === 1 && !ordinary && /^(?:in|inside|within)$/.test(tokens[to]?.word ?? "") &&
    tokens.slice(to, to + 3).some((t) => t.kind === "path")
  ) {
    if (/\.\w+$/.test(tokens.slice(to, to + 3).find((t) => t.kind === "path")!.raw)) add(to);
  }
  return out;
}

/** The text as typed, from the first token to the last. */
function rawOf(tokens: readonly Token[], from: number, to: number): string {
  return tokens.slice(from, to).map((t) => t.raw).join(" ");
}

const NOT_A_PERSON =
  /^(?:me|myself|us|you|him|her|them|anyone|anybody|email|mail|address|phone|name|names|someone|somebody|everyone|date|size|name|time|far|the|a|an|whom|hand|yesterday|today|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|default|mistake|accident|i|we|it|this|that)$/;

function authorAt(tokens: readonly Token[], at: number): Span[] {
  const about = tokens.some((t) =>
    /^(?:commit|commits|committed|committing|log|changes?|changed|pushed|wrote|written)$/.test(t.word)
  );
  const token = tokens[at];
  if (!about || token.kind === "break" || token.kind === "path" || token.kind === "number") return [];
  if (token.kind === "word" && (NOT_A_PERSON.test(token.word) || known(token.word))) return [];
  const before = tokens[at - 1]?.word ?? "";
  const next = tokens[at + 1]?.word ?? "";
  const own = /['’]s$/.test(token.raw) && /^(?:commits?|changes|last|latest|recent|work)$/.test(next);
  const lead = /^(?:by|from|did|has|does|have|author|--author|had|was)$/.test(before);
  const flag = /^--author=(.+)$/.exec(token.raw);
  if (flag) return [span(tokens, [at, at + 1], "AUTHOR", flag[1].replace(/["']/g, "").toLowerCase())];
  if (!own && !lead) return [];
  let to = at + 1;
  const second = tokens[to];
  if (!own && second?.kind === "word" && !known(second.word) && /^[A-Z@<]/.test(second.raw)) to++;
  const from = /^(?:by|author|--author)$/.test(before) ? at - 1 : at;
  return [span(tokens, [from, to], "AUTHOR", rawOf(tokens, at, to).replace(/['’]s$/, "").toLowerCase())];
}

function branchAt(tokens: readonly Token[], at: number): Span[] {
  const token = tokens[at];
  const usual = /^(?:main|master|develop|trunk|staging|production|release|dev)$/.test(token.word);
  if (token.kind === "break" || (token.kind === "word" && known(token.word) && !usual)) return [];
  const lead = tokens.slice(Math.max(0, at - 6), at).map((t) => t.word).join(" ");
  const next = tokens[at + 1]?.word ?? "";
  const asked =
    /(?:^| )(?:(?:am i|are we|i am|is this|are you|is it)(?: still| now| currently)?(?: on| in)?(?: the)?(?: branch)?|branch(?: called| named| is)?|on)$/
      .test(lead);
  return asked || (usual && (next === "branch" || /^(?:is|is the)$/.test(lead)))
    ? [
      span(
        tokens,
        [/^(?:called|named)$/.test(tokens[at - 1]?.word ?? "") ? at - 1 : at, at + 1],
        "BRANCH_NAME",
        token.raw,
      ),
    ]
    : [];
}

/** "about X" to the end of the sentence or to a time phrase that starts at `end`. */
function topicAt(tokens: readonly Token[], at: number, end: number): Span[] {
  const lead = tokens.slice(0, at).map((t) => t.word).join(" ");
  const about =
    /(?:about|regarding|concerning|mentioning|mentioned|discuss(?:ed)?|related to|discussing|involving|touching)(?: the| a| an| my| our)?$/
      .test(lead);
  const past =
    /\b(?:sessions?|conversations?|chats?|history|ask(?:ed)?|talk(?:ed)?|discuss(?:ed)?|spoke|mention(?:ed)?|said|told|discussions?|questions?|say)\b/
      .test(lead);
  const on = /(?:history|sessions?|conversations?|chats?)(?: \S+)? (?:(?:for|on|containing)(?: the| a| an)?|with)$/
    .test(
      lead,
    );
  if (!(past && about) && !on) return [];
  if (
    /^(?:the|a|an|my|our|before|earlier|already|last|yesterday|today|this|previously|recently)$/.test(
      tokens[at].word,
    ) || end <= at || end - at > 6
  ) return [];
  if (tokens.slice(at, end).some((t) => t.kind === "break")) return [];
  return [span(tokens, [at, end], "TOPIC", rawOf(tokens, at, end))];
}

/** Where words like "before" and "already" at the end begin: they belong to no topic. */
function trailing(tokens: readonly Token[]): number[] {
  let end = tokens.length;
  while (
    end > 0 &&
    /^(?:before|earlier|already|yet|ever|previously|recently|lately|so|far|please|again|past|in|the)$/.test(
      tokens[end - 1].word,
    )
  ) end--;
  return end < tokens.length ? [end] : [];
}

/** Every free slot that some stretch of `tokens` could fill; `ends` are the places where a time phrase starts. */
export function findCaptures(tokens: readonly Token[], ends: readonly number[]): Span[] {
  return tokens.flatMap((_, at) => [
    ...patternAt(tokens, at),
    ...authorAt(tokens, at),
    ...branchAt(tokens, at),
    ...[...ends.filter((e) => e > at), ...trailing(tokens), tokens.length].flatMap((end) => topicAt(tokens, at, end)),
  ]);
}

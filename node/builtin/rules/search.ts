/** Rules about text in files. */
import { codeLike } from "../capture.ts";
import { frame, rule } from "../rule.ts";
import { scopeOf } from "../scope.ts";

const MAY =
  "search find contain text line file folder entry times count used comment TYPE GLOB FILE_PATH NAME DIR_PATH here deep list exists content says total detail_ it who where DIR_WORD";

/** "which files contain", "files that mention", "in which files": the files are wanted, not their lines. */
const FILES =
  /\b(?:files?|documents?|scripts?|modules?) (?:\S+ ){0,2}(?:contain|mention|match|includ|referenc|refer|us|hav|say|with|import|call|has|talk)|\b(?:which|what|how many) (?:\S+ )?files?\b/;

const search = rule(["PATTERN todo fixme"], MAY, (m, earlier) => {
  const patterns = m.all("PATTERN");
  const paths = m.all("FILE_PATH", "DIR_PATH").filter((s) => s.text !== ".");
  const marks = m.said("todo") || m.said("fixme");
  const name = m.slot("NAME");
  if (patterns.length > 1 || paths.length > 1 || m.all("NAME").length > 1 || (name && paths.length > 0)) return null;
  // "does this folder contain a license": the file, not the word.
  const file = m.reading.spans.some((s) => s.slot === "NAME" && s.from === patterns[0]?.from);
  if (file && /\b(?:contains?|include|has|have|having) (?:a|an|any) \S+$/.test(m.words)) return null;
  if (file && paths.length === 0 && /\b(?:search|look|looking) for (?:the |a |my |our )?\S+$/.test(m.words)) {
    return null;
  }
  const quoted = patterns[0] && m.reading.tokens[patterns[0].from].kind === "quoted";
  const sense = marks || (quoted && (m.said("count") || /^(?:is|are) /.test(m.words))) ||
    m.said("search", "find", "contain", "text", "used", "times");
  if (!sense) return null;
  // "show the function parse" wants its text, which a search does not give.
  if (
    /\b(?:function|class|method|interface)\b/.test(m.words) &&
    !m.said("search", "find", "contain", "used", "times", "count")
  ) {
    return null;
  }
  // "word processor", "line dance": a noun beside a noun is no request.
  if (
    m.reading.tokens.length < 4 && !quoted && !marks &&
    !m.said("search", "find", "contain", "used", "times", "count", "show")
  ) {
    return null;
  }
  if (patterns.length === 0 && /\b(?:called|named|titled) \S+$/.test(m.words)) return null;
  if (patterns.length === 0 && /\b(make|new)\b/.test(m.words)) return null;
  const word = m.slot("DIR_WORD");
  // A word that only its place makes a folder: "grep x in agent", "MAX_SIZE in agent", "files in agent".
  if (
    word && (paths.length > 0 || !patterns[0] ||
      !(/^(?:grep|rg)\b/.test(m.words) || codeLike(patterns[0].text) || /\bfiles in$/.test(m.before(word))))
  ) return null;
  const scope = scopeOf(m, true);
  if (scope === null) return null;
  const pattern = patterns[0]?.text ?? (m.said("fixme") && !m.said("todo") ? "FIXME" : "todo_marks");
  const before = m.reading.tokens.slice(0, patterns[0]?.from ?? m.reading.tokens.length).map((t) => t.word).join(" ");
  const files = FILES.test(before + " ") && !/\b(lines?|search|grep|occurrences?|times|hits|matches)\b/.test(before);
  const counted = (m.said("count") || /\bhow often\b/.test(before)) && !files;
  const glob = scope.glob ?? undefined;
  // "search for x in it": in the one file that the part before found.
  const foundIn = /\b(?:in|inside|through) (?:it|its|that|this)(?: file)?$/.test(m.words) && earlier?.do === "pick" &&
    earlier.n === undefined && paths.length === 0 && name === undefined && glob === undefined;
  return frame({
    do: "search",
    pattern: /^todos?$/.test(pattern) ? "todo_marks" : pattern,
    path: paths[0]?.text ?? word?.text,
    name: name?.text,
    found: foundIn,
    glob,
    give: files ? "files" : counted ? "count" : "lines",
  });
});

export const searchRules = [search];

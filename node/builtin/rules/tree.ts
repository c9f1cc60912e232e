/** Rules about many files: list, pick, count, add up, draw. */
import type { FrameOf } from "../frame.ts";
import type { Match } from "../match.ts";
import { frame, rule } from "../rule.ts";
import { inherited, narrowed, SCOPE, type Scope, scopeOf } from "../scope.ts";
import type { Frame } from "../frame.ts";

const SORTS = "sort_size sort_modified sort_name";

const sortOf = (m: Match): FrameOf<"list">["sort"] =>
  m.said("sort_size")
    ? "size"
    : m.said("sort_modified", "recent")
    ? "modified"
    : m.said("sort_name")
    ? "name"
    : undefined;

/** The scope said, or that of the earlier part where this part says none. */
function scopeHere(m: Match, before: Frame | null, deep: boolean): Scope | null {
  const old = inherited(before);
  const silent = !m.said("here", "deep", "file", "folder", "entry") && !m.slot("DIR_PATH") && !narrowed(m);
  if (before === null && m.said("it") && !m.said("here", "deep", "file", "folder") && !m.slot("DIR_PATH", "TYPE")) {
    return null;
  }
  const about = old !== null && !m.said("here", "deep") && !m.slot("DIR_PATH") && !narrowed(m);
  if (old !== null && (silent || about)) return old;
  if (silent && before !== null && m.said("it")) return null;
  return scopeOf(m, deep);
}

const list = rule(
  ["file folder entry TYPE GLOB DIR_PATH here whats_here list deep hidden NAMED MORE_SIZE LESS_SIZE SIZE_RANGE"],
  `${SCOPE} ${SORTS} list find exists contents_of whats_here name_ detail_ recent DIR_WORD says size like sort_verb`,
  (m) => {
    const filtered = narrowed(m);
    if (/^(file|folder|document|item)$|\byou know\b/.test(m.words)) return null;
    // "are these files the same": a property is asked, not the list.
    if (
      /^(?:is|are|do|does|did|was|were|can) (?:this|these|that|those|the|my|our|all|they)\b/.test(m.words) &&
      !/\b(?:exists?|there|here|in|any|under|inside)\b/.test(m.words) && !filtered
    ) return null;
    if (m.said("sort_verb") && sortOf(m) === undefined) return null;
    if (
      !m.said("list", "show", "find", "contents_of", "whats_here", "exists", "file", "folder") && !filtered &&
      !m.said("hidden") && !((/^what/.test(m.words) || m.said("entry")) && m.slot("DIR_PATH"))
    ) return null;
    if (m.said("size") && !m.slot("MORE_SIZE", "LESS_SIZE", "SIZE_RANGE")) return null;
    if (m.said("entry") && /^(?:any|some)thing/.test(m.words) && !filtered && !m.said("here") && !m.slot("DIR_PATH")) {
      return null;
    }
    const recent = m.said("recent");
    if (m.said("modified") && !m.slot("WHEN") && !recent && !m.said("sort_modified")) return null;
    if (
      !m.said("file", "folder", "list", "whats_here", "contents_of", "entry", "hidden") && !filtered &&
      !m.slot("DIR_PATH")
    ) return null;
    if (
      m.said("entry") && !m.said("file", "folder", "list", "here", "deep", "find", "contents_of") &&
      !m.slot("DIR_PATH") && !filtered
    ) {
      return null;
    }
    const find = m.said("find") && !m.said("list");
    const scope = scopeOf(m, find || recent);
    // A listing knows no size of a folder; the sums by folder do.
    if (scope?.kind === "folder" && m.said("sort_size")) {
      return frame({ do: "pick", ...scope, by: "size", end: "most", n: 20 });
    }
    return scope && frame({ do: "list", ...scope, sort: sortOf(m) });
  },
);

const empty = rule(["empty_", "file"], `${SCOPE} list find exists count`, (m) => {
  const scope = scopeOf(m, true);
  if (scope === null || m.said("folder") || scope.larger || scope.smaller) return null;
  return frame({ do: m.said("count") ? "count" : "list", ...scope, kind: "file", smaller: 1 });
});

const tree = rule(
  ["tree"],
  `here deep DIR_PATH file folder list hidden usage says name_ entry LEVELS DIR_WORD`,
  (m) => {
    const word = m.slot("DIR_WORD");
    if (/\btrees\b/.test(m.words)) return null;
    // "tree of life": a bare word is a folder only where a drawing is surely asked.
    if (word && !m.said("show") && !m.slot("LEVELS") && !/\b(?:directory|folder|file) tree\b/.test(m.words)) {
      return null;
    }
    if (word && !/\btree (?:view )?(?:of|for)$/.test(m.before(word))) return null;
    const scope = word ? { path: word.text, hidden: m.said("hidden") } : scopeOf(m, false);
    return scope && frame({ do: "tree", path: scope.path, hidden: scope.hidden, levels: m.slot("LEVELS")?.value });
  },
);

const pick = rule(
  ["largest smallest newest oldest"],
  `${SCOPE} NUM DIR_WORD list find size first top takes space name_ last it most recent detail_ exists newer older when ${SORTS}`,
  (m, before) => {
    const noun = m.said("file", "folder", "entry", "TYPE", "GLOB", "NAMED") || m.said("here", "deep", "it") ||
      m.slot("DIR_PATH") || before;
    if (/\b(biggest|largest|smallest|newest|latest|oldest|recent)(?: \S+)? first\b/.test(m.words)) return null;
    if (!noun && !/\b(chang|modif|edit|updat|touch|work)/.test(m.words)) return null;
    if (m.said("when") && !m.said("newest", "oldest")) return null;
    if (m.said("sort_name") || (m.said("sort_size") && !m.said("largest", "smallest"))) return null;
    if (m.said("sort_modified") && !m.said("newest", "oldest")) return null;
    if (m.all("NUM").length > 1 || m.said("first") && !m.said("top", "it") && !/\b(top|first)\b/.test(m.words)) {
      return null;
    }
    const scope = scopeHere(m, before, !m.said("here") && !m.slot("DIR_PATH", "DIR_WORD"));
    if (scope === null) return null;
    const sort = (by: "size" | "modified", end: "most" | "least") =>
      frame<FrameOf<"pick">>({
        do: "pick",
        ...scope,
        kind: scope.kind ??
          (by === "modified" && !m.said("entry", "folder") && inherited(before) === null ? "file" : undefined),
        by,
        end,
        n: m.n ??
          (/\b(files|folders|directories|images|ones|things|items)\b/.test(m.words) &&
              !/\bof (the|all|my|these)\b|\b(which|what) (is|was|one)\b|\b(in|among|of) (the |all |my |these )*(files)/
                .test(m.words) &&
              !before && plural(m)
            ? 10
            : undefined),
      });
    const ends = [
      m.said("largest") ? sort("size", "most") : null,
      m.said("smallest") ? sort("size", "least") : null,
      m.said("newest") ? sort("modified", "most") : null,
      m.said("oldest") ? sort("modified", "least") : null,
    ].filter((f) => f !== null);
    return ends.length === 0 ? null : ends;
  },
);

/** "the largest files": more than one is wanted, though no number was said. */
const plural = (m: Match): boolean =>
  /\b(largest|biggest|heaviest|smallest|newest|latest|oldest|recent|changed|modified|edited|updated|touched)(?: \S+){0,2} (files|folders|directories|images|things|items|ones|scripts|documents)\b/
    .test(
      m.words,
    );

/** "find big files": no bound was said, so the biggest. */
const big = rule(["size", "file folder TYPE"], `${SCOPE} list find exists`, (m) => {
  if (
    !/\b(big|large|huge|heavy) (\S+ )?(files|folders|directories|images|ones)\b/.test(m.words) ||
    /\bhow\b/.test(m.words)
  ) return null;
  const scope = m.slot("MORE_SIZE", "LESS_SIZE", "SIZE_RANGE")
    ? null
    : scopeOf(m, !m.said("here") && !m.slot("DIR_PATH"));
  return scope && frame({ do: "pick", ...scope, by: "size", end: "most", n: 10 });
});

/** "top 5 files by size" */
const top = rule(
  ["top first", "NUM", "sort_size sort_modified", "file folder TYPE GLOB"],
  `${SCOPE} list find`,
  (m) => {
    const scope = scopeOf(m, !m.said("here") && !m.slot("DIR_PATH"));
    return scope && frame({ do: "pick", ...scope, by: m.said("sort_size") ? "size" : "modified", end: "most", n: m.n });
  },
);

const hogs = rule(["takes", "space"], `here deep DIR_PATH file folder entry most largest list find`, (m) => {
  if (!/\b(what|whats|which|where)\b/.test(m.words) || /\bmuch\b/.test(m.words)) return null;
  const scope = scopeOf(m, false);
  return scope && frame({ do: "pick", ...scope, by: "size", end: "most", n: 10 });
});

const count = rule(
  ["count", "file folder entry TYPE GLOB it"],
  `${SCOPE} find exists list total DIR_WORD contain`,
  (m, before) => {
    const old = inherited(before);
    if (m.said("it") && !m.said("file", "folder", "entry", "TYPE", "GLOB")) {
      return old && frame({ do: "count", ...old });
    }
    if (m.said("modified") && !m.slot("WHEN")) return null;
    // "show the files and how many there are": two questions.
    if (/^(?:show|list|display)\b.* (?:and|,) how many\b/.test(m.words)) return null;
    if (m.said("contain") && !/\b(have|has|contains?)\b/.test(m.words)) return null;
    const scope = scopeHere(m, before, narrowed(m));
    return scope && frame({ do: "count", ...scope });
  },
);

/** "and how many there are": of what was just listed. */
const howMany = rule(["count"], "", (m, before) => {
  const old = /^(?:and )?how many (?:there are|are there|is that|are they)$/.test(m.words) ? inherited(before) : null;
  return old && frame({ do: "count", ...old });
});

const total = rule(
  ["size takes space", "total here deep DIR_PATH TYPE GLOB folder it file"],
  `${SCOPE} how_much takes total list it count DIR_WORD usage detail_`,
  (m, before) => {
    const many = m.said("total", "takes", "deep", "here", "it") || m.slot("DIR_PATH", "TYPE", "GLOB") ||
      /\b(files|folder size|directory size)\b/.test(m.words);
    if (!many || m.said("count") || (m.said("list") && !m.said("total"))) return null;
    if (
      /\b(usage|used|free)\b/.test(m.words) && !m.said("here", "deep", "folder", "file", "TYPE") && !m.slot("DIR_PATH")
    ) return null;
    const scope = scopeHere(m, before, true);
    if (scope === null) return null;
    const folder = scope.kind === "folder" ? undefined : scope.kind;
    return frame({
      do: "total",
      ...scope,
      kind: m.said("here") && !m.said("TYPE") && !m.said("file") ? undefined : folder,
      deep: true,
    });
  },
);

export const treeRules = [empty, tree, pick, top, big, hogs, howMany, count, total, list];

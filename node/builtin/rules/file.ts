/** Rules about one file: read, measure, size, age, presence, place; and two compared. */
import type { FrameOf } from "../frame.ts";
import { frame, rule } from "../rule.ts";
import { targetOf } from "../scope.ts";

const ONE = "FILE_PATH NAME CONTEXT";

const compare = rule(
  ["FILE_PATH", "larger smaller newer older largest smallest newest oldest size sort_size sort_modified"],
  "compare either sort_size sort_modified size modified file larger smaller newer older when same",
  (m) => {
    const [a, b, ...more] = m.all("FILE_PATH");
    if (b === undefined || more.length > 0) return null;
    const size = m.said("larger", "smaller", "largest", "smallest", "size", "sort_size");
    const age = m.said("newer", "older", "newest", "oldest", "sort_modified");
    return size === age ? null : frame({ do: "compare", a: a.text, b: b.text, by: size ? "size" : "modified" });
  },
);

/** "lines 5 to 10 of main.ts" */
const lines = rule(["LINES", ONE], "read content list it file DIR_PATH says line", (m, before) => {
  const target = targetOf(m, before);
  const range = m.slot("LINES");
  if (
    target === null || m.all("LINES").length > 1 || /\b(?:is|are|does|do|was|why)\b(?! (?:in|on|at)\b)/.test(m.words)
  ) return null;
  return frame({ do: "read", ...target, line: range!.value, lines: range!.upper! - range!.value! + 1 });
});

/** "readme please": a well-known name and courtesy alone. */
const named = rule(["NAME"], "", (m, before) => {
  const target = targetOf(m, before);
  if (target === null || m.all("NAME").length > 1) return null;
  return /^(?:(?:the|our|my|please|hey|hi|now|ok|so|and|show|me) )*\S+(?: \S+)?(?: (?:please|pls|now|thanks|thx))+$/
      .test(m.words)
    ? frame({ do: "read", ...target })
    : null;
});

const part = rule(
  ["first last", ONE],
  "line NUM read content list it file either DIR_PATH says detail_",
  (m, before) => {
    const target = targetOf(m, before);
    const end = m.said("last");
    const bare = /\b(head|tail|beginning|start|end|top|bottom)\b/.test(m.words);
    if (target === null || m.all("NUM").length > 1 || (m.said("first") && end)) return null;
    if ((!m.said("line") && !bare) || /\bends? (with|in)\b/.test(m.words)) return null;
    const plural = /\blines\b/.test(m.words) || bare;
    return frame({ do: "read", ...target, from: end ? "end" : "start", lines: m.n ?? (plural ? 10 : 1) });
  },
);

const measure = rule(
  ["line word character length", ONE],
  "count how_much length file total it content says list size exists NUM DIR_PATH contain times",
  (m, before) => {
    const target = targetOf(m, before);
    if (target === null || m.n !== undefined) return null;
    const unit = m.said("word") ? "words" : m.said("character") ? "characters" : "lines";
    const asked = m.said("count", "length") ||
      /\b(count|many|number|total|long|length|wc|lines (of|in)|words (of|in))\b/.test(m.words);
    if (!asked || m.said("line") && m.said("word")) return null;
    return frame({ do: "measure", ...target, unit });
  },
);

const units = rule(["line", "word", ONE], "count file total it content either list DIR_PATH", (m, before) => {
  const target = targetOf(m, before);
  if (target === null || !m.said("count")) return null;
  return (["lines", "words"] as const).map((unit) => frame({ do: "measure", ...target, unit }));
});

const size = rule(["size takes", ONE], "takes how_much file it disk space total DIR_PATH either list", (m, before) => {
  const target = targetOf(m, before);
  const said =
    /\b(big|large|size|sizes|filesize|space|bytes?|weighs?|weight|heavy|much|room|storage|kb|mb|kilobytes|megabytes)\b/
      .test(m.words);
  return target && said ? frame<FrameOf<"stat">>({ do: "stat", ...target, of: "size" }) : null;
});

const age = rule(
  ["when modified newest", ONE],
  "modified newest when file it last time date recent DIR_PATH current WHEN",
  (m, before) => {
    const target = targetOf(m, before);
    const yes = /^(was|has|is|did)\b/.test(m.words) && m.said("modified");
    if (m.slot("WHEN")) return yes && target ? frame<FrameOf<"stat">>({ do: "stat", ...target, of: "modified" }) : null;
    const asked = m.said("when") || /\b(modification|mtime|date|time|timestamp|last)\b/.test(m.words);
    const sense = m.said("modified") ||
      /\b(old|age|recent|last (changed|modified|edited|updated|touched|saved))\b/.test(m.words);
    return target && asked && sense ? frame<FrameOf<"stat">>({ do: "stat", ...target, of: "modified" }) : null;
  },
);

const where = rule(["find", ONE], "file folder here deep DIR_PATH exists it list", (m, before) => {
  const target = targetOf(m, before);
  if (target === null || m.said("it") || before) return null;
  const named = target.name ?? m.slot("FILE_PATH")!.text;
  if (named.includes("/")) return frame({ do: "exists", path: named });
  const folder = m.slot("DIR_PATH")?.text;
  return frame({ do: "list", path: folder === "." ? undefined : folder, named, deep: true });
});

/** "is main.ts in src": one path, one folder, and the question. */
const inside = rule(["FILE_PATH", "DIR_PATH here"], "exists file folder", (m) => {
  const target = targetOf(m, null);
  return target?.path !== undefined && /^(is|are)\b/.test(m.words) ? frame({ do: "exists", path: target.path }) : null;
});

const exists = rule(["exists", "FILE_PATH NAME DIR_PATH"], "file folder here deep find", (m, before) => {
  const folder = m.slot("DIR_PATH");
  const target = targetOf(m, null);
  if (m.all("DIR_PATH").length > 1 || before || /\b(contains?|includes?)$/.test(m.words)) return null;
  if (target !== null) return frame({ do: "exists", ...target });
  if (folder === undefined || !/\b(exists?|there|theres|have|got|any|present|has|around|available)\b/.test(m.words)) {
    return null;
  }
  // "what is there in src", "any files in src": about what is inside, not about the folder.
  if (
    /\b(what|which)\b|\b(in|under|inside|within|below)\b/.test(m.words) || /\bin\b/.test(m.words) || folder.text === "."
  ) return null;
  return frame({ do: "exists", path: folder.text, kind: "folder" });
});

const called = rule(["exists find", "file folder", "NAMED"], "here deep DIR_PATH list", (m) => {
  const kind = m.said("file") === m.said("folder") ? undefined : m.said("file") ? "file" as const : "folder" as const;
  const folder = m.slot("DIR_PATH")?.text;
  return frame({
    do: "list",
    path: folder === "." ? undefined : folder,
    named: m.slot("NAMED")!.text,
    kind,
    deep: true,
  });
});

const read = rule(
  ["read content says contents_of", ONE],
  "content contents_of says file total it DIR_PATH list text",
  (m, before) => {
    if (/^(is|are|was)\b/.test(m.words)) return null;
    if ((/\b(does|do)\b/.test(m.words) && !m.said("says")) || (m.said("text") && !/\btext of\b/.test(m.words))) {
      return null;
    }
    const several = m.all("FILE_PATH", "NAME");
    if (several.length > 1 && several.length < 4 && !m.slot("DIR_PATH") && /\b(and|both)\b/.test(m.words)) {
      return several.map((s) =>
        frame({
          do: "read",
          path: s.slot === "NAME" ? undefined : s.text,
          name: s.slot === "NAME" ? s.text : undefined,
        })
      );
    }
    const target = targetOf(m, before);
    return target && frame({ do: "read", ...target });
  },
);

export const fileRules = [compare, units, lines, part, measure, age, size, where, inside, exists, called, read, named];

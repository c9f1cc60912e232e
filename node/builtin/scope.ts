/** Which files a sentence means: folder, kind, name, size, age, from the slots of a match. */
import type { Frame, FrameOf } from "./frame.ts";
import type { Match } from "./match.ts";
import { stamp } from "./when.ts";

export type Scope = Omit<FrameOf<"count">, "do">;
export type Target = { path?: string; name?: string; found?: boolean };

/** What a rule about files may say of where and which. */
export const SCOPE =
  "here deep DIR_PATH file folder entry TYPE GLOB NAMED MORE_SIZE LESS_SIZE SIZE_RANGE WHEN hidden modified";

const folderOf = (m: Match, loose: boolean): string | undefined => {
  const found = m.slot("DIR_PATH") ?? (loose ? m.slot("DIR_WORD") : undefined);
  return found === undefined || found.text === "." ? undefined : found.text;
};

/** The time window that was said; `at` for commits and sessions as for files. */
export function windowOf(m: Match): { since?: string; until?: string } {
  const when = m.slot("WHEN");
  return { since: when?.since && stamp(when.since), until: when?.until && stamp(when.until) };
}

/** True if the sentence narrows the files down by name, kind, size or age. */
export function narrowed(m: Match): boolean {
  return m.slot("TYPE", "GLOB", "NAMED", "MORE_SIZE", "LESS_SIZE", "SIZE_RANGE", "WHEN") !== undefined;
}

/** The scope of `m`; null if it names two folders, two kinds or an impossible mix. `deep` is what is meant where nothing is said. */
export function scopeOf(m: Match, deep: boolean): Scope | null {
  if (m.all("DIR_PATH", "DIR_WORD").length > 1 || m.all("TYPE", "GLOB").length > 1 || m.all("WHEN").length > 1) {
    return null;
  }
  if (m.slot("DIR_WORD") && !m.said("file", "folder", "TYPE", "PATTERN")) return null;
  // "movies in theaters", "music in bars": kinds of file that are things of the world need more than "in".
  const kind = m.slot("TYPE");
  if (
    m.slot("DIR_WORD") && kind && !m.said("file", "folder") && /[{,](?:png|mp3|mp4)[,}]/.test(kind.text) &&
    !/files?$/.test(m.reading.tokens[kind.to - 1].word)
  ) return null;
  const path = folderOf(m, true);
  if (path !== undefined && /^(~|\/|\.\.)/.test(path) && /~/.test(path)) return null;
  const here = m.said("here") || m.slot("DIR_PATH")?.text === ".";
  const below = m.said("deep") || (!here && (deep || narrowed(m)));
  const kinds = m.slot("TYPE")
    ? "file"
    : m.said("file")
    ? (m.said("folder") ? undefined : "file")
    : m.said("folder")
    ? "folder"
    : undefined;
  const pattern = m.slot("TYPE")?.text ?? m.slot("GLOB")?.text;
  const glob = pattern === undefined ? undefined : below && !pattern.includes("/") ? `**/${pattern}` : pattern;
  return {
    path,
    glob,
    named: m.slot("NAMED")?.text,
    kind: kinds,
    deep: below || undefined,
    hidden: m.said("hidden") || undefined,
    larger: (m.slot("MORE_SIZE") ?? m.slot("SIZE_RANGE"))?.value,
    smaller: m.slot("LESS_SIZE")?.value ?? m.slot("SIZE_RANGE")?.upper,
    ...windowOf(m),
  };
}

/** `scope` in the place of what "these files" means after `before`; null if nothing was listed. */
export function inherited(before: Frame | null): Scope | null {
  if (before === null || !/^(list|pick|count|total|tree)$/.test(before.do)) return null;
  const { path, glob, named, kind, deep, hidden, larger, smaller, since, until } = before as FrameOf<"list">;
  return { path, glob, named, kind, deep, hidden, larger, smaller, since, until };
}

/** The one file that is meant: by path, by a well-known name, or the file of an earlier part; null if none or two. */
export function targetOf(m: Match, before: Frame | null): Target | null {
  const paths = m.all("FILE_PATH");
  const names = m.all("NAME");
  if (paths.length + names.length > 1) return null;
  const folder = m.slot("DIR_PATH")?.text;
  if (paths[0]) {
    const { text } = paths[0];
    return { path: folder && folder !== "." && !text.includes("/") ? `${folder.replace(/\/$/, "")}/${text}` : text };
  }
  if (names[0]) return folder && folder !== "." ? null : { name: names[0].text };
  if (before?.do === "pick" && before.n === undefined) return { found: true };
  if (before === null || !/^(read|stat|measure|exists)$/.test(before.do)) return null;
  const { path, name, found } = before as FrameOf<"read">;
  if (found) return { found };
  return path !== undefined ? { path } : name !== undefined ? { name } : null;
}

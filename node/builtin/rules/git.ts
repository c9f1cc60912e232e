/** Rules about the repository: state, branches, commits, changes. */
import type { FrameOf } from "../frame.ts";
import type { Match } from "../match.ts";
import { frame, rule } from "../rule.ts";
import { windowOf } from "../scope.ts";

type Git = FrameOf<"git">;
const git = (slots: Omit<Git, "do">): Git => frame<Git>({ do: "git", ...slots });

/** The one file or folder that was said: absent if none, null if two. */
function pathOf(m: Match): { path?: string } | null {
  const found = m.all("FILE_PATH", "DIR_PATH").filter((s) => s.text !== ".");
  return found.length > 1 ? null : { path: found[0]?.text };
}

const REPO = "git repo deep here tree_git";

const onBranch = rule(["BRANCH_NAME", "current branch"], `branch current named ${REPO} exists`, (m) => {
  if (!/\b(am|are|is|still|does|do|have)\b/.test(m.words) || /^(what|which|how)|\byou on\b/.test(m.words)) return null;
  // "is the branch protected": a plain word after a plain "branch" is what it is like, not what it is called.
  const plain = /^[a-z]+$/.test(m.slot("BRANCH_NAME")?.text ?? "") &&
    !/^(?:main|master|dev|develop|trunk|staging|production|release)$/.test(m.slot("BRANCH_NAME")!.text);
  if (plain && /^(?:is|are|was) (?:the|my|our) /.test(m.words) && !/\b(?:on|called|named|current)\b/.test(m.words)) {
    return null;
  }
  if (
    m.said("exists") && !/\b(am|are|is|still)\b.*\b(on|in)\b/.test(m.words) &&
    /\bbranch (called|named)|exist|have|\ba \S+ branch|there/.test(m.words)
  ) {
    return git({ op: "branches", branch: m.slot("BRANCH_NAME")!.text });
  }
  return git({ op: "on_branch", branch: m.slot("BRANCH_NAME")!.text });
});

const branches = rule(
  ["branches"],
  `${REPO} list count exists name_ branch`,
  (m) => git({ op: "branches", count: m.said("count") }),
);

const branch = rule(["branch"], `current ${REPO} name_ list find where`, (m) => {
  if (/\bwho\b/.test(m.words)) return null;
  if (/^git branch$/.test(m.words)) return git({ op: "branches" });
  return /\b(list|all|every|other|status)\b/.test(m.words) ? null : git({ op: "branch" });
});

const shown = rule(
  ["REF"],
  `commit diff change content ${REPO} says made message read wrote who when author`,
  // "git diff REF" compares with now, which no reading here tells.
  (m) =>
    m.all("REF").length === 1 &&
      !/\b(?:diff|since|from|against|between|to|after|before)$/.test(m.before(m.slot("REF")!))
      ? git({ op: "show", ref: m.slot("REF")!.text })
      : null,
);

const lastShown = rule(
  ["last newest", "commit", "change diff content says made"],
  `last newest ${REPO} file list read`,
  (m) => {
    if (/\b(who|when)\b/.test(m.words) || (!m.said("change", "diff", "content", "says") && !/\bdo\b/.test(m.words))) {
      return null;
    }
    return git({ op: "show", ref: "HEAD" });
  },
);

const authors = rule(
  ["author who", "author commit"],
  `author commit made wrote ${REPO} list count most FILE_PATH DIR_PATH name_ total`,
  (m) => {
    const path = pathOf(m);
    const plain = m.said("author") ||
      (m.said("who") && m.said("commit") && (m.said("most") || /\b(has|have|all) /.test(m.words)));
    const everyone = m.said("deep", "repo", "git") || m.said("author");
    if (path === null || !plain || !(everyone || m.said("most"))) return null;
    if (/\b(last|latest|first)\b/.test(m.words)) return null;
    return git({ op: "authors", ...path });
  },
);

const diff = rule(["diff"], `FILE_PATH DIR_PATH NAME uncommitted change current ${REPO} file made detail_`, (m) => {
  const path = pathOf(m);
  if (path === null || /\bbetween\b/.test(m.words) || m.slot("NAME")) return null;
  return git({ op: "diff", ...path });
});

const fileDiff = rule(
  ["change uncommitted", "FILE_PATH DIR_PATH"],
  `made ${REPO} uncommitted file exists content`,
  (m) => {
    const path = pathOf(m);
    return path?.path === undefined ? null : git({ op: "diff", ...path });
  },
);

const fileLog = rule(
  ["who wrote last when", "wrote change commit modified", "FILE_PATH DIR_PATH"],
  `last newest change commit wrote file when who ${REPO} made author message WHEN modified`,
  (m) => {
    const path = pathOf(m);
    if (
      path?.path === undefined ||
      !(m.said("who", "author") || m.said("commit") || /\blast (change|edit|update)s?\b/.test(m.words))
    ) return null;
    if (m.said("when") && !m.said("who", "commit")) return null;
    return git({ op: "log", ...path, n: m.said("last", "newest") ? 1 : undefined, ...windowOf(m) });
  },
);

const log = rule(
  ["commit log author"],
  `last newest recent NUM WHEN AUTHOR who when made wrote message author list count ${REPO} FILE_PATH DIR_PATH change detail_ entry modified exists find time date current most total first name_ times log past`,
  (m) => {
    const path = pathOf(m);
    // "git status and the last commit": two questions.
    if (/\b(?:status|diff)\b/.test(m.words)) return null;
    if (path === null || m.all("WHEN", "AUTHOR").length > 2 || m.all("AUTHOR").length > 1 || m.all("NUM").length > 1) {
      return null;
    }
    if (/\b(first|initial|oldest|top|by me|myself)\b/.test(m.words) || m.said("most")) return null;
    if (m.said("author") && !m.said("last", "newest", "recent") && !m.slot("AUTHOR")) return null;
    const counted = m.said("count");
    const plural = /\b(commits|messages|revisions|checkins)\b/.test(m.words);
    const one = !plural && !/\b(log|history)\b/.test(m.words) && m.said("last", "newest") && !counted ||
      (m.said("last", "newest") && !plural && m.said("who", "when") && !counted);
    return git({
      op: "log",
      ...path,
      n: m.n ?? (one ? 1 : undefined),
      author: m.slot("AUTHOR")?.text,
      ...windowOf(m),
      count: counted,
    });
  },
);

const status = rule(
  ["status", "git repo deep tree_git"],
  `${REPO} status detail_ current`,
  // "the status of the project" may as well be its progress.
  (m) => /\bproject\b/.test(m.words) && !m.said("git") ? null : git({ op: "status" }),
);

const uncommitted = rule(
  ["uncommitted"],
  `change file exists entry list status work made current count ${REPO} commit find`,
  (m) => m.said("count") ? null : git({ op: "status" }),
);

const clean = rule(
  ["clean", "git repo deep tree_git"],
  `${REPO} status current`,
  (m) => /\b(is|are|status)\b/.test(m.words) ? git({ op: "status" }) : null,
);

/** "is everything committed?" */
const allIn = rule(
  ["commit", "entry change"],
  `${REPO} change`,
  (m) =>
    /^(is|are|did|have|has)\b/.test(m.words) && /\b(everything|all)\b/.test(m.words) ? git({ op: "status" }) : null,
);

const changed = rule(
  ["change"],
  `file list made exists entry ${REPO} find uncommitted`,
  (m) => /\b(chang|modif|edit|differ)/.test(m.words) ? git({ op: "status" }) : null,
);

const changedSince = rule(
  ["change made", "WHEN"],
  `FILE_PATH DIR_PATH commit made list repo git deep exists entry`,
  (m) => {
    const path = pathOf(m);
    // Much happens in the world.
    if (/\bhappen/.test(m.words) && !m.said("repo", "git", "deep", "commit") && path?.path === undefined) return null;
    if (path === null || !/\b(chang|modif|edit|commit|happen|land|add|done|new)/.test(m.words)) return null;
    return git({ op: "log", ...path, ...windowOf(m) });
  },
);

export const gitRules = [
  onBranch,
  branches,
  branch,
  shown,
  lastShown,
  status,
  uncommitted,
  clean,
  allIn,
  authors,
  diff,
  fileLog,
  fileDiff,
  log,
  changedSince,
  changed,
];

/** Answers about the repository. What `git_read` says as text is shown as it is; what is counted is counted here. */
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { Branches, type Commit, dataOf, Log } from "../shape.ts";
import { counted, cut, fenced, localTime, moment } from "../show.ts";
import { call, type Steps } from "../step.ts";

type Git = FrameOf<"git">;
/** Most commits asked for where all are wanted, and shown where no number was said. */
const MOST = 500;
const SHOWN = 10;

const windowed = (frame: Git): string => {
  const parts = [
    frame.author === undefined ? "" : ` by ${frame.author}`,
    frame.path === undefined ? "" : ` on ${frame.path}`,
    frame.since === undefined
      ? ""
      : frame.until === undefined
      ? ` since ${frame.since}`
      : ` from ${frame.since} to ${frame.until}`,
    frame.since === undefined && frame.until !== undefined ? ` before ${frame.until}` : "",
  ];
  return parts.join("");
};

const line = (c: Commit): string =>
  `${c.oid.slice(0, 7)}  ${localTime(c.at)}  ${c.author}  ${c.message.split("\n")[0]}`;

/** The commits that `frame` means, newest first. */
function* commits(frame: Git, limit: number): Steps<{ found: Commit[]; truncated: boolean }> {
  const result = yield* call("git_read", {
    operation: "log",
    path: frame.path,
    limit,
  });
  const log = dataOf(result, Log);
  const from = frame.since === undefined ? -Infinity : moment(frame.since);
  const to = frame.until === undefined ? Infinity : moment(frame.until);
  const who = frame.author?.toLowerCase();
  const found = log.commits.filter((c) =>
    c.at >= from && c.at < to && (who === undefined || c.author.toLowerCase().includes(who))
  );
  // Older commits than those that were read cannot be in a window that ends later than the oldest of them.
  const reached = log.commits.length > 0 && log.commits.at(-1)!.at < from;
  return { found, truncated: log.commits.length >= limit && !reached };
}

function* logSteps(frame: Git): Steps {
  const all = frame.count || frame.author !== undefined || frame.since !== undefined || frame.until !== undefined;
  const wanted = Math.min(MOST, frame.n ?? SHOWN);
  const { found, truncated } = yield* commits(frame, all ? MOST : wanted);
  if (frame.count) return `${truncated ? "At least " : ""}${counted(found.length, "commit")}${windowed(frame)}.`;
  if (found.length === 0) return `No commit${windowed(frame)}${truncated ? ` among the newest ${MOST}` : ""}.`;
  if (frame.n === 1) {
    const [last] = found;
    return `Last commit${windowed(frame)}: ${last.oid.slice(0, 7)} by ${last.author}, ${
      localTime(last.at)
    }\n${last.message.trim()}`;
  }
  const shown = found.slice(0, all && frame.n === undefined ? 50 : wanted);
  const more = found.length > shown.length || truncated ? "\n(There are more.)" : "";
  return `${counted(shown.length, "commit")}${windowed(frame)}, newest first:\n${shown.map(line).join("\n")}${more}`;
}

function* authorSteps(frame: Git): Steps {
  const { found, truncated } = yield* commits(frame, MOST);
  if (found.length === 0) return `No commit${windowed(frame)}.`;
  const by = [...Map.groupBy(found, (c) => c.author)].map(([name, own]) => ({ name, n: own.length })).sort((a, b) =>
    b.n - a.n
  );
  const head = `${counted(by.length, "author")} of ${truncated ? "the last " : ""}${counted(found.length, "commit")}${
    windowed(frame)
  }:`;
  return `${head}\n${cut(by.map((a) => `${a.name}: ${a.n}`), 30)}`;
}

function* branchSteps(frame: Git): Steps {
  const { current, branches } = dataOf(yield* call("git_read", { operation: "branches" }), Branches);
  const on = current ? `On branch ${current}.` : "On no branch (a commit is checked out directly).";
  if (frame.op === "branch") return on;
  if (frame.op === "on_branch") return `${current === frame.branch ? "Yes" : "No"}. ${on}`;
  if (frame.branch !== undefined) {
    return branches.includes(frame.branch) ? `Yes: there is a branch ${frame.branch}.` : `No branch ${frame.branch}.`;
  }
  if (frame.count) return `${counted(branches.length, "branch")}. ${on}`;
  return `${counted(branches.length, "branch")}:\n${cut(branches.map((b) => `${b === current ? "*" : " "} ${b}`), 60)}`;
}

export function* gitSteps(frame: Git): Steps {
  if (frame.op === "log") return yield* logSteps(frame);
  if (frame.op === "authors") return yield* authorSteps(frame);
  if (frame.op === "branch" || frame.op === "on_branch" || frame.op === "branches") return yield* branchSteps(frame);
  const result = yield* call("git_read", {
    operation: frame.op,
    path: frame.path,
    ref: frame.ref,
  });
  const said = textOf(result.content).trim();
  return frame.op === "status" || !said.includes("\n") ? said : fenced(said);
}

/** The checks of one run, in order: decided, asked about once each, recorded. */
import { type Bounds, type Check, decide, type Verdict } from "./decide.ts";
import { type Look, meanings } from "./real_path.ts";
import type { Records } from "./records.ts";
import type { RunQuestion, RunReply } from "../grant.ts";

export type SessionParts = {
  /** Directory that relative paths begin at; a brokered run cannot leave it. */
  cwd: string;
  look: Look;
  /** True if nothing on the way to an absolute path, itself included, is a link. False is always right, only slower. */
  plain(path: string): boolean;
  /** What is at an absolute path that the run sees, links followed. */
  isDirectory(path: string): boolean;
  ask(about: RunQuestion): Promise<RunReply>;
  records: Records;
  /** Questions that this run may cause. */
  questions: number;
};

/** What Deno asks for when it makes a temporary file in no named directory. */
const TEMPORARY = "<TMP>";
/** Without one, names that are no text (Deno writes U+FFFD for their bytes) and with NUL are refused: they could be any file. */
const NO_NAME = /[\0\ufffd]/;
/** No label is empty, `.` or `..`. */
const NORMAL = /^(?:\/(?!\.{0,2}(?:\/|$))[^/]+)+$/;
/** Characters of a path: Linux opens none of more than 4,096 bytes (PATH_MAX, linux/limits.h). */
const LONGEST = 4096;
/** Verdicts that are kept, so that a file that is touched again is not judged again: they hang on nothing but its path. */
const KEPT = 4096;

/** Judges one check after the other. A question is answered once per permission and file, and remembered. */
export function session(bounds: Bounds, parts: SessionParts): { judge(check: Check): RunReply | Promise<RunReply> } {
  const answered = new Map<string, RunReply>();
  const verdicts = new Map<string, Verdict>();
  const left = { questions: parts.questions };

  function meantBy(value: string): string[] | null {
    if (value === "" || value.length > LONGEST || NO_NAME.test(value)) return null;
    const named = value === TEMPORARY ? "/tmp" : value;
    const path = named.startsWith("/") ? named : `${parts.cwd}/${named}`;
    return NORMAL.test(path) && parts.plain(path) ? [path] : meanings(path, parts.look);
  }

  function ofPath(check: Check, meant: string[] | null, directory: boolean): Verdict {
    const key = `${check.permission}\0${directory}\0${meant?.join("\0") ?? ""}`;
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    if (verdicts.size >= KEPT) verdicts.clear();
    const verdict = decide(check, bounds, { meant, directory });
    verdicts.set(key, verdict);
    return verdict;
  }

  function note({ permission, value }: Check, { allow, reason }: RunReply): RunReply {
    parts.records.add({ permission, value, verdict: allow ? "allow" : "deny", reason });
    return { allow, reason };
  }

  async function question(check: Check, about: { key: string; real: string | null }): Promise<RunReply> {
    if (left.questions <= 0) {
      return note(check, { allow: false, reason: "this run has asked for too many things already" });
    }
    left.questions--;
    const reply = await parts.ask({ ...check, real: about.real }).catch((): RunReply => ({
      allow: false,
      reason: "nobody could be asked",
    }));
    answered.set(about.key, reply);
    return note(check, reply);
  }

  return {
    judge(check) {
      const { permission, value } = check;
      const path = (permission === "read" || permission === "write") && value !== null;
      const meant = path ? meantBy(value) : [];
      const directory = permission === "write" && meant !== null && bounds.rules.write.deny.length +
              bounds.rules.write.ask.length > 0 &&
        meant.some(parts.isDirectory);
      const { verdict, reason } = path ? ofPath(check, meant, directory) : decide(check, bounds, { meant, directory });
      if (verdict !== "ask") return note(check, { allow: verdict === "allow", reason });
      const key = JSON.stringify([permission, meant ?? value]);
      const before = answered.get(key);
      if (before !== undefined) return note(check, before);
      return question(check, { key, real: meant?.[0] ?? null });
    },
  };
}

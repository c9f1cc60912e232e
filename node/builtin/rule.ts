/** A rule: what a sentence must and may say, and the frame (or frames, in order) that it then means. */
import type { Frame } from "./frame.ts";
import type { Lexicon } from "./lexicon.ts";
import { type Match, type Pattern, pattern } from "./match.ts";

/** `build` returns null where the words fit but the sense does not. `before` is the frame of an earlier part. */
export type Rule = { pattern: Pattern; build(match: Match, before: Frame | null): Frame | Frame[] | null };

/** A rule from its words; see `pattern`. */
export function rule(needs: readonly string[], may: string, build: Rule["build"]): Rule {
  return { pattern: pattern(needs, may), build };
}

/** A maker of rules whose words have the meanings of `lexicon` alone. */
export function rulesIn(lexicon: Lexicon): typeof rule {
  return (needs, may, build) => ({ pattern: pattern(needs, may, lexicon), build });
}

/** `frame` without its absent slots, so that frames compare whole. */
export function frame<F extends Frame>(slots: F): F {
  return Object.fromEntries(Object.entries(slots).filter(([, v]) => v !== undefined && v !== false)) as F;
}

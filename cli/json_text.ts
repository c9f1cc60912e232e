/** JSON for standard output: the same value to every reader, and nothing in it that draws on a terminal. */

/** C1 controls, which some terminals obey, and marks that are not seen or reorder what is. */
const DRAWS = /[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** `value` as JSON; C0 controls, C1 controls, bidirectional and zero-width marks stand as `\uXXXX`. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    DRAWS,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `{{parameter}}` and `{{step.field}}` in a recipe's arguments. Pure, linear. */

/** `field` null = a parameter; else `text`, or `data.KEY.KEY` into what the step gave. `text` is the whole mark. */
export type Reference = { text: string; source: string; field: string | null };

const MARK = /\{\{\s*([a-z][a-z0-9_]{0,63})(?:\.(text|data(?:\.[A-Za-z0-9_]{1,64}){1,8}))?\s*\}\}/g;

/** The references in `text`, in order. */
export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(MARK)].map(([whole, source, field]) => ({ text: whole, source, field: field ?? null }));
}

/** Every string inside a JSON value, keys left out. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(stringsIn);
}

/** What a reference stands for. */
export type Given = string | number | boolean;

/**
 * `value` with each reference replaced. A string that is one reference and nothing else takes its value as it is, a
 * number as a number; `quote` makes a word of it where a value stands among other text. Throws what `given` throws.
 */
export function filled(
  value: unknown,
  given: (reference: Reference) => Given,
  quote?: (text: string) => string,
): unknown {
  if (typeof value === "string") {
    const references = referencesIn(value);
    if (references.length === 0) return value;
    const [only] = references;
    if (quote === undefined && only.text === value) return given(only);
    // A number may be turned round: the last five lines are those from -5 on.
    if (quote === undefined && `-${only.text}` === value) {
      const size = given(only);
      if (typeof size === "number") return -size;
    }
    return value.replace(MARK, (text, source, field) => {
      const word = String(given({ text, source, field: field ?? null }));
      return quote === undefined ? word : quote(word);
    });
  }
  if (Array.isArray(value)) return value.map((inner) => filled(inner, given, quote));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, given, quote)]));
}

/** What `field` names in a step's outcome; null if there is no such thing, or it is no single value. */
export function fieldOf(outcome: { text: string; data: unknown }, field: string): Given | null {
  if (field === "text") return outcome.text;
  let at: unknown = outcome.data;
  for (const key of field.split(".").slice(1)) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? at : null;
}

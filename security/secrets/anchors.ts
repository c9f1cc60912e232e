/** Finds many literals in a text in one pass. */

export type Anchor<T> = { literal: string; fold?: boolean; of: T };

/** Calls `hit` with the place and the end of every literal in `text`, in order of place. */
export type Anchors<T> = (text: string, hit: (at: number, end: number, of: T) => void) => void;

const ASCII = 128;
const lower = (code: number) => code >= 65 && code <= 90 ? code + 32 : code;

/**
 * A table over the first two characters tells whether a literal can begin there; only then literals are compared. Literals are
 * ASCII and have two characters or more. Time grows with the text and with the hits.
 */
export function createAnchors<T>(anchors: readonly Anchor<T>[]): Anchors<T> {
  const slots = new Int16Array(ASCII * ASCII);
  const lists: Anchor<T>[][] = [[]];
  for (const anchor of anchors) {
    const { literal, fold } = anchor;
    if (literal.length < 2) throw new RangeError(`Cannot look for a literal: ${literal}`);
    for (const [a, b] of fold ? cases(literal) : [[literal.charCodeAt(0), literal.charCodeAt(1)]]) {
      const slot = a * ASCII + b;
      if (slots[slot] === 0) slots[slot] = lists.push([]) - 1;
      lists[slots[slot]].push(fold ? { ...anchor, literal: literal.toLowerCase() } : anchor);
    }
  }
  return (text, hit) => {
    let before = text.charCodeAt(0);
    for (let i = 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if ((before | code) < ASCII) {
        const slot = slots[before * ASCII + code];
        if (slot !== 0) {
          for (const { literal, fold, of } of lists[slot]) {
            if (fold ? startsFolded(text, literal, i - 1) : text.startsWith(literal, i - 1)) {
              hit(i - 1, i - 1 + literal.length, of);
            }
          }
        }
      }
      before = code;
    }
  };
}

/** The codes of the first two characters in every case. */
function cases(literal: string): number[][] {
  const both = (code: number) => code >= 97 && code <= 122 ? [code, code - 32] : [code];
  const [a, b] = [lower(literal.charCodeAt(0)), lower(literal.charCodeAt(1))];
  return both(a).flatMap((one) => both(b).map((two) => [one, two]));
}

function startsFolded(text: string, literal: string, at: number): boolean {
  if (at + literal.length > text.length) return false;
  for (let i = 0; i < literal.length; i++) {
    if (lower(text.charCodeAt(at + i)) !== literal.charCodeAt(i)) return false;
  }
  return true;
}

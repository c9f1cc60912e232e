/** A secret that tells itself: how it begins and what follows. */

export type Format = {
  /** What a person calls it; the placeholder's name is made of it. */
  kind: string;
  /** Literal beginnings, two characters or more: the search looks for these and nothing else. */
  starts: readonly string[];
  /** Source of a pattern that must follow the beginning. Every repetition is bounded. A group, if any, is the secret. */
  rest: string;
  /** Source of a pattern that ends right before the beginning and belongs to the secret; 80 characters at most. */
  before?: string;
  /** True: the beginning may stand inside a word. */
  inside?: true;
  /** True: upper and lower case are one. */
  fold?: true;
  /** What `rest` cannot do without, and how far from its beginning it may be: keeps a row of beginnings from being read again and again. */
  needs?: { literal: string; within: number };
  /** False = this match is something else. */
  accept?(secret: string): boolean;
};

/** Not followed by a further letter or digit. */
export const END = "(?![A-Za-z0-9])";

/** Letters and digits both. */
export const mixed = (s: string): boolean => /\d/.test(s) && /[A-Za-z]/.test(s);

/** Upper case, lower case and digits all: what machines draw at random, words do not. */
export const drawn = (s: string): boolean => /\d/.test(s) && /[a-z]/.test(s) && /[A-Z]/.test(s);

/**
 * What stands for a secret wherever a model can see it: letters that a header, a URL, JSON and a shell word keep as they are.
 * One value always has one placeholder on one machine, so the model can use it in a later call.
 */

/** `name` says what it is (`github_token`), `id` is 10 hexadecimal digits of a keyed hash of the value. */
export function placeholderText(name: string, id: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40) || "value";
  return `SECRET_${plain}_${id}`;
}

/** Every placeholder in a text. Linear. */
export const PLACEHOLDERS = /SECRET_[a-z0-9][a-z0-9_]{0,39}_[0-9a-f]{10}(?![0-9a-f])/g;

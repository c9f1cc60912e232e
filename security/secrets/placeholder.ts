/**
 * What stands for a secret wherever a model can see it: letters that a header, a URL, JSON and a shell word keep as they are.
 * One value always has one placeholder on one machine, so the model can use it in a later call.
 */
import { createHmac } from "node:crypto";

/** `name` says what it is (`github_token`), `id` is 10 hexadecimal digits of a keyed hash of the value. */
export function placeholderText(name: string, id: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40) || "value";
  return `SECRET_${plain}_${id}`;
}

/** Every placeholder in a text. Linear. */
export const PLACEHOLDERS = /SECRET_[a-z0-9][a-z0-9_]{0,39}_[0-9a-f]{10}(?![0-9a-f])/g;

/** Gives the placeholder of a value; `kind` says what it is, `length` how many characters of the text it takes the place of. */
export type Stand = (kind: string, value: string, length: number) => string;

/** The id in a placeholder's text: its last 10 digits. */
export const idOf = (placeholder: string): string => placeholder.slice(-10);

/** The first 10 hexadecimal digits of the HMAC-SHA256 of `value` under the installation's key. */
export function secretId(key: Uint8Array, value: string): string {
  return createHmac("sha256", key).update(value).digest("hex").slice(0, 10);
}

/** Placeholders under `key`; nothing is kept. */
export function standUnder(key: Uint8Array): Stand {
  return (kind, value) => placeholderText(kind, secretId(key, value));
}

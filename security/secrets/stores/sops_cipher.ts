/** The values of a SOPS document: AES-256-GCM with a nonce of 32 bytes, the path as additional data. Source as `sops_tree.ts`. */
import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import type { SopsLeaf } from "./sops_tree.ts";

const VALUE =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]*={0,2}),iv:([A-Za-z0-9+/]+={0,2}),tag:([A-Za-z0-9+/]+={0,2}),type:(str|int|float|bool|bytes|comment)\]$/;
const MAC_ONLY_ENCRYPTED = "8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69";

export type SopsValue = { text: string; type: string };

/** True if `text` is an encrypted value. */
export function isSopsValue(text: unknown): text is string {
  return typeof text === "string" && VALUE.test(text);
}

/** One value, `additional` being its path. Throws `TypeError` for one that is not whole or stands elsewhere; never with its content. */
export function decryptedValue(text: string, key: Uint8Array, additional: string): SopsValue {
  const [, data, iv, tag, type] = VALUE.exec(text) ?? [];
  if (type === undefined) throw new TypeError("a value is not encrypted as SOPS does");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Uint8Array.fromBase64(iv), { authTagLength: 16 });
    decipher.setAAD(new TextEncoder().encode(additional));
    decipher.setAuthTag(Uint8Array.fromBase64(tag));
    const plain = new Uint8Array([...decipher.update(Uint8Array.fromBase64(data)), ...decipher.final()]);
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain), type };
  } catch {
    throw new TypeError(`the value at ${additional.slice(0, 200)} was changed, moved or encrypted with another key`);
  }
}

/**
 * The values that are encrypted, by their names, after the MAC over all values (SHA-512, upper-case hexadecimal) was found to be
 * the one in the file. Which values count as encrypted their form says, not the file's own regular expressions.
 */
export function verifiedValues(
  leaves: readonly SopsLeaf[],
  { key, mac, lastModified, macOnlyEncrypted }: {
    key: Uint8Array;
    mac: string;
    lastModified: string;
    macOnlyEncrypted: boolean;
  },
): Map<string, string> {
  const hash = createHash("sha512");
  if (macOnlyEncrypted) hash.update(Uint8Array.fromHex(MAC_ONLY_ENCRYPTED));
  const values = new Map<string, string>();
  for (const { path, name, value, integer } of leaves) {
    if (value === null) continue;
    if (isSopsValue(value)) {
      const { text, type } = decryptedValue(value, key, `${path.join(":")}:`);
      hash.update(hashed(typed(text, type), type === "int"));
      values.set(name, text);
    } else if (!macOnlyEncrypted) hash.update(hashed(value, integer));
  }
  const [found, said] = [hash.digest("hex").toUpperCase(), decryptedValue(mac, key, lastModified).text];
  const [a, b] = [found, said].map((text) => new TextEncoder().encode(text));
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new TypeError("its MAC is not that of its values: something was changed, added, moved or taken away");
  }
  return values;
}

function typed(text: string, type: string): string | number | boolean {
  switch (type) {
    case "int":
      return text;
    case "float":
      return Number(text);
    case "bool":
      return /^(?:1|t|T|TRUE|true|True)$/.test(text);
    default:
      return text;
  }
}

/** A value as SOPS hashes it: numbers without an exponent, `True` and `False`. */
function hashed(value: string | number | boolean, integer: boolean): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? value : integer ? String(BigInt(Math.trunc(value))) : plainNumber(value);
}

/** Go's `strconv.FormatFloat(value, 'f', -1, 64)`: the shortest digits that read back, never an exponent. */
function plainNumber(value: number): string {
  const [, sign, whole, part = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  const power = Number(exponent);
  const digits = whole + part;
  const point = whole.length + power;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign +
    (point >= digits.length ? digits.padEnd(point, "0") : `${digits.slice(0, point)}.${digits.slice(point)}`);
}

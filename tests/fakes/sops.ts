/** Writes files as SOPS does, from its documented format, by other code than reads them. */
import { Buffer } from "node:buffer";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { sealed } from "../../security/secrets/age.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type SopsWriting = {
  recipients: string[];
  /** Keys whose values stay in the open. */
  open?: string[];
  macOnlyEncrypted?: boolean;
  /** Instead of the MAC of the values. */
  mac?: string;
};

/** `tree` as an encrypted JSON file. */
export async function sopsJson(tree: { [key: string]: Json }, options: SopsWriting): Promise<string> {
  const key = new Uint8Array(randomBytes(32));
  const hash = createHash("sha512");
  const only = options.macOnlyEncrypted ?? false;
  if (only) hash.update(createHash("sha256").update("sops").digest());
  const walk = (value: Json, path: string[], open: boolean): Json => {
    if (Array.isArray(value)) return value.map((one) => walk(one, path, open));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, below]) => [
          name,
          walk(below, [...path, name], open || (options.open ?? []).includes(name)),
        ]),
      );
    }
    if (value === null) return null;
    const text = value === true ? "True" : value === false ? "False" : String(value);
    if (!only || !open) hash.update(text);
    if (open || text === "") return value;
    const type = { string: "str", number: "float", boolean: "bool" }[typeof value as "string" | "number" | "boolean"];
    return encrypted(text, { key, additional: `${path.join(":")}:`, type });
  };
  const values = walk(tree, [], false) as { [key: string]: Json };
  const lastmodified = "2026-11-20T08:00:00Z";
  const mac = options.mac ?? hash.digest("hex").toUpperCase();
  const enc = new TextDecoder().decode(await sealed(key, { recipients: options.recipients }, { armored: true }));
  return JSON.stringify({
    ...values,
    sops: {
      age: options.recipients.map((recipient) => ({ recipient, enc })),
      lastmodified,
      mac: encrypted(mac, { key, additional: lastmodified, type: "str" }),
      ...(only ? { mac_only_encrypted: true } : {}),
      version: "3.9.4",
    },
  });
}

function encrypted(
  text: string,
  { key, additional, type }: { key: Uint8Array; additional: string; type: string },
): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(new TextEncoder().encode(additional));
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const [d, i, t] = [data, iv, cipher.getAuthTag()].map((part) => part.toString("base64"));
  return `ENC[AES256_GCM,data:${d},iv:${i},tag:${t},type:${type}]`;
}

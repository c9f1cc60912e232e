/**
 * A certificate authority that lives as long as one run (X.509 as in RFC 5280, ECDSA P-256). Its keys are made in this
 * process and leave it by no way; only its certificate goes into the run.
 */
import { ipVersion } from "../address.ts";
import { bits, identifier, integer, moment, octets, pem, sequence, set, tagged, utf8, yes } from "./der.ts";

/** What a server shows: its certificate with its authority's, and its key, both PEM. */
export type Shown = { cert: string; key: string };

export type Authority = {
  /** PEM. */
  certificate: string;
  /** What `host`, a name or an address, is impersonated with; made once for each. */
  shownFor(host: string): Promise<Shown>;
};

/** Certificates that are kept; a run with more hosts has the first made anew. */
const MOST_KEPT = 256;
/** Clocks differ, and a run lasts an hour at most. */
const BEFORE_MS = 86_400_000;
const AFTER_MS = 2 * 86_400_000;

const ECDSA = sequence(identifier("1.2.840.10045.4.3.2"));
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

type Keys = { pair: CryptoKeyPair; spki: Uint8Array; id: Uint8Array };

/** A fresh authority; `now` is milliseconds since 1970. */
export async function createAuthority(now: number): Promise<Authority> {
  const [root, leaf] = [await newKeys(), await newKeys()];
  const issuer = named("harombe: this run only");
  const times = sequence(moment(now - BEFORE_MS), moment(now + AFTER_MS));
  const certify = (subject: Uint8Array, keys: Keys, extensions: Uint8Array[]) =>
    signed({ issuer, subject, times, spki: keys.spki, extensions }, root.pair.privateKey);
  const own = pem(
    "CERTIFICATE",
    await certify(issuer, root, [
      // A certificate authority of servers only, with none below it.
      extension("2.5.29.19", true, sequence(yes, integer(Uint8Array.of(0)))),
      extension("2.5.29.15", true, bits(Uint8Array.of(0x06), 1)),
      extension("2.5.29.14", false, octets(root.id)),
    ]),
  );
  const key = pem(
    "PRIVATE KEY",
    new Uint8Array(await crypto.subtle.exportKey("pkcs8", leaf.pair.privateKey)),
  );
  const kept = new Map<string, Promise<Shown>>();
  const make = async (host: string): Promise<Shown> => {
    const der = await certify(named(host.length <= 64 ? host : "harombe"), leaf, [
      extension("2.5.29.19", true, sequence()),
      extension("2.5.29.15", true, bits(Uint8Array.of(0x80), 7)),
      extension("2.5.29.37", false, sequence(identifier("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.35", false, sequence(tagged(0x80, root.id))),
      extension("2.5.29.17", false, sequence(alternative(host))),
    ]);
    return { cert: pem("CERTIFICATE", der) + own, key };
  };
  return {
    certificate: own,
    shownFor(host) {
      if (kept.size >= MOST_KEPT) kept.clear();
      const known = kept.get(host) ?? make(host);
      kept.set(host, known);
      return known;
    },
  };
}

async function newKeys(): Promise<Keys> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const id = new Uint8Array(await crypto.subtle.digest("SHA-256", spki)).subarray(0, 20);
  return { pair, spki, id };
}

type ToSign = {
  issuer: Uint8Array;
  subject: Uint8Array;
  times: Uint8Array;
  spki: Uint8Array;
  extensions: Uint8Array[];
};

async function signed({ issuer, subject, times, spki, extensions }: ToSign, key: CryptoKey): Promise<Uint8Array> {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = serial[0] & 0x7f | 0x40;
  const version = tagged(0xa0, integer(Uint8Array.of(2)));
  const body = sequence(
    version,
    integer(serial),
    ECDSA,
    issuer,
    times,
    subject,
    spki,
    tagged(0xa3, sequence(...extensions)),
  );
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, body as Uint8Array<ArrayBuffer>),
  );
  const signature = sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return sequence(body, ECDSA, bits(signature));
}

function named(text: string): Uint8Array {
  return sequence(set(sequence(identifier("2.5.4.3"), utf8(text))));
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(identifier(id), ...(critical ? [yes] : []), octets(value));
}

function alternative(host: string): Uint8Array {
  if (ipVersion(host) === 0) return tagged(0x82, new TextEncoder().encode(host));
  if (ipVersion(host) === 4) return tagged(0x87, Uint8Array.from(host.split(".").map(Number)));
  const [head, tail = ""] = host.split("::");
  const parts = (text: string) => text === "" ? [] : text.split(":");
  const zeros = Array<string>(8 - parts(head).length - parts(tail).length).fill("0");
  const groups = [...parts(head), ...(host.includes("::") ? zeros : []), ...parts(tail)].map((group) =>
    parseInt(group, 16)
  );
  return tagged(0x87, Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));
}

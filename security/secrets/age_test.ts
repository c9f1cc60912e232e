import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import * as cctv from "cctv-age";
import { identitiesIn, isAge, newIdentity, opened, recipientOf, sealed } from "./age.ts";

const FIXTURES = new URL("../../tests/fixtures/secrets/", import.meta.url);
const WRITTEN = "written by age 1.1.1\n";
const PASSPHRASE = "correct horse battery staple";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (given: Uint8Array) => new TextDecoder().decode(given);
const fixture = (name: string) => Deno.readFileSync(new URL(`age/${name}`, FIXTURES));
const [identity] = identitiesIn(Deno.readTextFileSync(new URL("sops/key.txt", FIXTURES)));
const by = { identities: [identity] };

function missing(...names: string[]): string | null {
  const lacks = names.filter((name) => {
    try {
      new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
      return false;
    } catch {
      return true;
    }
  });
  return lacks.length === 0 ? null : `${lacks.join(", ")} is not installed`;
}

/** Vectors of kinds that this house neither writes nor was promised to read. */
const vectors = Object.entries(cctv as unknown as Record<string, Uint8Array>)
  .filter(([name, file]) => file instanceof Uint8Array && name !== "module.exports");

/** What a vector of c2sp.org/CCTV/age says of itself, and the file. */
function vectorOf(given: Uint8Array) {
  const end = text(given.subarray(0, 2000)).indexOf("\n\n");
  const head = text(given.subarray(0, end)).split("\n").map((line) => line.split(": ") as [string, string]);
  const all = (key: string) => head.filter(([one]) => one === key).map(([, value]) => value);
  const body = given.subarray(end + 2);
  return {
    expect: all("expect")[0],
    payload: all("payload")[0],
    identities: all("identity"),
    passphrases: all("passphrase"),
    file: all("compressed")[0] === "zlib" ? new Uint8Array(inflateSync(body)) : body,
  };
}

Deno.test("every vector of the age format's authors is opened or refused as it says", async (t) => {
  assert.ok(vectors.length >= 140, `${vectors.length} vectors`);
  const wrong: string[] = [];
  const seen = { opened: 0, refused: 0 };
  for (const [name, given] of vectors) {
    const { expect, payload, identities, passphrases, file } = vectorOf(given);
    const key = passphrases.length > 0 ? { passphrase: passphrases[0] } : { identities };
    const plain = await opened(file, key).catch((error) => {
      assert.ok(error instanceof TypeError || error instanceof Deno.errors.PermissionDenied, `${name}: ${error}`);
      return null;
    });
    if (plain !== null) seen.opened++;
    else seen.refused++;
    const hash = plain === null ? null : createHash("sha256").update(plain).digest("hex");
    if ((expect === "success") !== (plain !== null) || plain !== null && hash !== payload) {
      wrong.push(`${name}: ${expect}`);
    }
  }
  assert.deepEqual(wrong, []);
  await t.step(`${seen.opened} opened, ${seen.refused} refused`, () => {});
});

Deno.test("what Debian's age wrote is read: X25519, armor, two recipients, scrypt", async () => {
  for (const name of ["x25519.age", "x25519.armored.age", "two_recipients.age"]) {
    assert.equal(text(await opened(fixture(name), by)), WRITTEN, name);
    assert.equal(isAge(fixture(name)), true);
  }
  assert.equal(text(await opened(fixture("scrypt.age"), { passphrase: PASSPHRASE })), WRITTEN);
});

Deno.test({
  name: `what is sealed here Debian's age reads, armored or not${missing("age") ? ` (${missing("age")})` : ""}`,
  ignore: missing("age") !== null,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const [own, other] = [await newIdentity(), await newIdentity()];
      Deno.writeTextFileSync(`${folder}/key`, `${own}\n`);
      const recipients = [await recipientOf(other), await recipientOf(own)];
      for (const armored of [false, true]) {
        for (const plain of ["", "secret\n", "x".repeat(200_000)]) {
          Deno.writeFileSync(`${folder}/file`, await sealed(bytes(plain), { recipients }, { armored }));
          const age = await new Deno.Command("age", { args: ["-d", "-i", `${folder}/key`, `${folder}/file`] }).output();
          assert.deepEqual([age.code, text(age.stdout)], [0, plain], text(age.stderr));
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("no cut and no changed bit of a file opens, and no error holds any of its content", async () => {
  const whole = fixture("two_recipients.age");
  const refused = async (file: Uint8Array, what: string) => {
    await assert.rejects(opened(file, by), (error: Error) => {
      assert.ok(error instanceof TypeError || error instanceof Deno.errors.PermissionDenied, what);
      assert.doesNotMatch(`${error.message}${error.stack}`, /written by|AGE-SECRET-KEY/);
      return true;
    }, what);
  };
  for (let length = 0; length < whole.length; length++) await refused(whole.subarray(0, length), `cut at ${length}`);
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice();
    changed[at] ^= 1 << (at % 8);
    await refused(changed, `bit ${at}`);
  }
  await refused(new Uint8Array([...whole, 0]), "one byte more");
  await refused(new Uint8Array(), "empty");
});

Deno.test("a wrong key and a wrong passphrase are refusals, a plain text is no age file", async () => {
  const other = { identities: [await newIdentity()] };
  await assert.rejects(
    opened(fixture("x25519.age"), other),
    new Deno.errors.PermissionDenied("it was encrypted for another key"),
  );
  await assert.rejects(
    opened(fixture("scrypt.age"), { passphrase: "wrong horse" }),
    new Deno.errors.PermissionDenied("the passphrase is wrong"),
  );
  await assert.rejects(opened(bytes("just text"), by), TypeError);
});

Deno.test("identities are read from what age-keygen writes, and from nothing that holds another line", () => {
  const one = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;
  const cases: [string, string[]][] = [
    [`# created: today\n# public key: age1…\n${one}\n`, [one]],
    [`${one}\r\n\n${one}`, [one, one]],
    [one.toLowerCase(), []],
    [`${one}\nAGE-PLUGIN-YUBIKEY-1QQQ`, []],
    ["", []],
  ];
  for (const [given, found] of cases) assert.deepEqual(identitiesIn(given), found, given);
});

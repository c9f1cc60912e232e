/** The Git repository that a trial's workspace begins with: two commits, written object by object, without the git program. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

/** Messages, newest last, and who wrote each. */
export const COMMITS = [
  { message: "Plant the first row", author: "Ada Nightingale", rows: "leek\n" },
  { message: "Plant the second row", author: "Bo Heron", rows: "leek\nbasil\n" },
] as const;

/** Writes `.git` into `folder`, which has none. */
export async function writeFixtureRepository(folder: string): Promise<void> {
  const git = join(folder, ".git");
  for (const path of ["objects", "refs/heads"]) await Deno.mkdir(join(git, path), { recursive: true, mode: 0o700 });
  const write = (path: string, text: string) => Deno.writeTextFile(join(git, path), text, { mode: 0o600 });
  let parent = "";
  for (const [at, { message, author, rows }] of COMMITS.entries()) {
    const blob = await object(git, "blob", new TextEncoder().encode(rows));
    const tree = await object(git, "tree", joined(["100644 rows.txt\0", bytesOf(blob)]));
    const who = `${author} <${author.split(" ")[0].toLowerCase()}@example.org> ${1_760_000_000 + at * 86_400} +0000`;
    const lines = [`tree ${tree}`, ...(parent ? [`parent ${parent}`] : []), `author ${who}`, `committer ${who}`];
    parent = await object(git, "commit", new TextEncoder().encode(`${lines.join("\n")}\n\n${message}\n`));
  }
  await write("refs/heads/main", `${parent}\n`);
  await write("HEAD", "ref: refs/heads/main\n");
  await write("config", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n");
}

/** Writes one loose object (gitformat-loose: header, NUL, content; named by SHA-1, deflated); its name. */
async function object(git: string, type: string, content: Uint8Array): Promise<string> {
  const whole = joined([`${type} ${content.length}\0`, content]);
  const name = createHash("sha1").update(whole).digest("hex");
  await Deno.mkdir(join(git, "objects", name.slice(0, 2)), { recursive: true, mode: 0o700 });
  await Deno.writeFile(join(git, "objects", name.slice(0, 2), name.slice(2)), deflateSync(whole), { mode: 0o400 });
  return name;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((p) => [...(typeof p === "string" ? new TextEncoder().encode(p) : p)]));
}

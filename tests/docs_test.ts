import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname!, "..");
const PAGES = ["README.md", ...markdownUnder("docs")];

function markdownUnder(folder: string): string[] {
  return Array.from(Deno.readDirSync(join(ROOT, folder))).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return markdownUnder(path);
    return path.endsWith(".md") ? [path] : [];
  }).sort();
}

function read(page: string): string {
  return Deno.readTextFileSync(join(ROOT, page));
}

/** Fenced blocks of a page by their language, each with the line of its fence. */
function fences(page: string, language: string): { at: string; code: string }[] {
  const lines = read(page).split("\n");
  const found: { at: string; code: string }[] = [];
  for (const [start, line] of lines.entries()) {
    if (line !== "```" + language) continue;
    const end = lines.indexOf("```", start + 1);
    found.push({ at: `${page}:${start + 1}`, code: lines.slice(start + 1, end).join("\n") + "\n" });
  }
  return found;
}

/** Runs this Deno at the root of the repository; text of both streams. */
async function deno(args: string[], env: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** The program with what a command of its own needs, and no power to start others. */
function harombe(
  args: string[],
  home: string,
  powers: string[] = [`--allow-read=${home}`, `--allow-write=${home}`],
): Promise<{ code: number; text: string }> {
  const flags = ["--no-prompt", "--ignore-env", "--allow-env=HAROMBE_*,HOME,NO_COLOR,TERM"];
  return deno(["run", "-q", ...flags, ...powers, "main.ts", ...args], {
    HAROMBE_HOME: home,
  });
}

Deno.test("docs: every relative link leads to a file, and its heading exists", () => {
  const broken: string[] = [];
  const slugs = (page: string) =>
    [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    );
  const links = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ page, target }))
  ).filter(({ target }) => !/^[a-z]+:/.test(target));
  for (const { page, target } of links) {
    const [path, heading] = target.split("#");
    const to = path === "" ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, to)) || (heading && !slugs(to).includes(heading))) broken.push(`${page}: ${target}`);
  }
  assert.ok(links.length > 0);
  assert.deepEqual(broken, []);
});

Deno.test("docs: every TypeScript fence type-checks as if it lay beside its page", async () => {
  const pages = PAGES.filter((page) => fences(page, "ts").length > 0);
  assert.ok(pages.length > 0);
  const { code, text } = await deno(["check", "--doc-only", ...pages]);
  assert.equal(code, 0, text);
});

Deno.test("docs: a fence that does not type-check is found", async () => {
  const work = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(work, "page.md"), "```ts\nexport const a: number = 'no';\n```\n");
    const { code, text } = await deno(["check", "--doc-only", join(work, "page.md")]);
    assert.deepEqual([code, /is not assignable to type 'number'/.test(text)], [1, true]);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
});

Deno.test("docs: every import in deno.json has its row in decisions.md, with its version", () => {
  const { imports } = JSON.parse(read("deno.json")) as { imports: Record<string, string> };
  const decisions = read("docs/decisions.md");
  const missing = Object.values(imports).map((target) => target.replace(/^npm:/, "").replace(/\/mini$/, ""))
    .map((target) => `\`${target.slice(0, target.lastIndexOf("@"))}\` ${target.slice(target.lastIndexOf("@") + 1)}`)
    .filter((row) => !decisions.includes(`| ${row} `));
  assert.deepEqual(missing, []);
});

Deno.test("docs: every figure in measured.md has its command, machine and date", () => {
  const rows = read("docs/measured.md").split("\n").filter((line) => /^\|(?! figure|[ -]+\|)/.test(line));
  const bare = rows.filter((row) => {
    const cells = row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    return cells.length !== 5 || cells.includes("") || !/^`.+`$/.test(cells[2]) || !/^\d{4}-\d\d-\d\d$/.test(cells[4]);
  });
  assert.deepEqual(bare, []);
});

Deno.test("docs: every harombe command in README.md is one that the program knows", async () => {
  const home = await Deno.makeTempDir();
  try {
    const named = new Set([...read("README.md").matchAll(/`harombe ([a-z]+)[^`]*`/g)].map(([, command]) => command));
    assert.ok(named.size >= 10);
    const help = await harombe(["--help"], home);
    assert.equal(help.code, 0, help.text);
    const unknown: string[] = [];
    for (const command of named) {
      const { code } = await harombe([command, "--help"], home);
      if (code !== 0 || !new RegExp(`\\b${command}\\b`).test(help.text)) unknown.push(command);
    }
    assert.deepEqual(unknown, []);
    assert.equal((await harombe(["no-such-command", "--help"], home)).code, 2);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** The words of each `harombe …` in a line of a shell, without quotation marks. */
function commandsIn(line: string): string[][] {
  return line.split("|").map((part) =>
    [...part.trim().matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare)
  )
    .filter(([program]) => program === "harombe").map(([, ...words]) => words);
}

/** Lines of the `sh` fences of a page; `runs` for those after the comment that says so. */
function shellLines(page: string): { at: string; words: string[]; runs: boolean }[] {
  const lines = read(page).split("\n");
  return fences(page, "sh").flatMap(({ at, code }) => {
    const fence = Number(at.slice(at.lastIndexOf(":") + 1)) - 1;
    const runs = lines.slice(Math.max(0, fence - 2), fence).includes("<!-- run -->");
    return code.split("\n").flatMap((line) => commandsIn(line).map((words) => ({ at, words, runs })));
  });
}

Deno.test("docs: every harombe line of a shell names a command, a verb and options that the program has", async () => {
  const home = await Deno.makeTempDir();
  try {
    const wrong: string[] = [];
    const helps = new Map<string, Promise<{ code: number; text: string }>>();
    const help = (path: string[]) => {
      const key = path.join(" ");
      if (!helps.has(key)) helps.set(key, harombe([...path, "--help"], home));
      return helps.get(key)!;
    };
    const lines = PAGES.flatMap(shellLines);
    assert.ok(lines.length >= 30);
    for (const { at, words } of [...lines, { at: "unknown", words: ["models", "fetch"] }]) {
      const plain = words.filter((word) => !word.startsWith("-"));
      const command = await help(plain.slice(0, 1));
      const verb = plain.length > 1 && /^ {2}list /m.test(command.text) || plain[0] === "config"
        ? plain.slice(0, 2)
        : plain.slice(0, 1);
      const { code, text } = await help(verb);
      const options = words.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0]);
      const known = code === 0 && text.startsWith(`Usage: harombe ${verb.join(" ")} `.trimEnd()) &&
        (verb.length === 0 || verb[0] === "update" || options.every((option) => text.includes(option)));
      if (!known) wrong.push(`${at}: ${words.join(" ")}`);
    }
    assert.deepEqual(wrong, ["unknown: models fetch"]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

for (const page of PAGES) {
  const lines = shellLines(page).filter(({ runs }) => runs);
  if (lines.length === 0) continue;
  Deno.test(`docs: the lines of ${page} that are marked as run do run, one after another`, async () => {
    const root = await Deno.makeTempDir();
    try {
      const state = join(root, "state");
      await Deno.mkdir(state, { mode: 0o700 });
      for (const { at, words } of lines) {
        // The launcher makes paths absolute; here is none.
        const args = words.map((word) => word.endsWith(".harombe") ? join(root, word) : word);
        const { code, text } = await harombe(args, state, [
          `--allow-read=${root}`,
          `--allow-write=${root}`,
          "--allow-sys=uid,statfs",
        ]);
        assert.equal(code, 0, `${at}: ${words.join(" ")}\n${text}`);
      }
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

Deno.test("docs: every configuration example is valid", async () => {
  const home = await Deno.makeTempDir();
  try {
    const examples = PAGES.flatMap((page) => fences(page, "yaml"));
    assert.ok(examples.length > 0);
    for (const { at, code: yaml } of [...examples, { at: "unknown key", code: "no_such_key: 1\n" }]) {
      await Deno.writeTextFile(join(home, "harombe.yaml"), yaml);
      const { code, text } = await harombe(["config", "validate"], home);
      assert.equal(code === 0, at !== "unknown key", `${at}\n${text}`);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("docs: every test that the list of risks quotes is there under that name", async () => {
  const listed = (await Deno.readTextFile(new URL("../docs/security.md", import.meta.url)))
    .split("## Known lists")[1].split("\n## ")[0];
  const quoted = [...listed.matchAll(/"([^"]{12,})"/g)].map(([, name]) => name);
  assert.ok(quoted.length > 15);
  const sources = await Promise.all(
    (await testFiles(new URL("../", import.meta.url))).map((file) => Deno.readTextFile(file)),
  );
  assert.deepEqual(quoted.filter((name) => !sources.some((source) => source.includes(name))), []);
});

async function testFiles(directory: URL): Promise<URL[]> {
  const found: URL[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const at = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, directory);
    if (entry.isDirectory && !/^(?:\.|node_modules$|dist$)/.test(entry.name)) found.push(...await testFiles(at));
    else if (entry.name.endsWith("_test.ts") && !at.pathname.endsWith("/docs_test.ts")) found.push(at);
  }
  return found;
}

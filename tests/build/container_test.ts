import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { fileName } from "./release.ts";
import { ROOT } from "./testing/fixture_file.ts";

type Instruction = { name: string; text: string };

/** The instructions of a Containerfile: continued lines joined, comments left out. */
function instructions(file: string): Instruction[] {
  const lines = file.replaceAll(/^\s*#.*\n/gm, "").replaceAll(/\\\n\s*/g, "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [, name, text] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    assert.ok(name, `no instruction: ${line}`);
    return { name, text };
  });
}

/** What is wrong with a Containerfile by the rules that follow; empty if nothing. */
function complaints(file: string): string[] {
  const all = instructions(file);
  const of = (name: string) => all.filter((one) => one.name === name).map(({ text }) => text);
  const user = all.findLastIndex(({ name }) => name === "USER");
  const found: (string | false)[] = [
    all[0].name !== "FROM" && "it does not begin with FROM",
    of("FROM").some((image) => !/^[\w./-]+:(?!latest)[\w.-]+$/.test(image)) && "a base image without a fixed tag",
    of("ADD").length > 0 && "ADD may fetch or unpack: use COPY",
    of("RUN").some((line) => /\b(?:sudo|curl|wget)\b|\|\s*(?:ba)?sh\b/.test(line)) &&
    "it fetches, or runs as root by sudo",
    of("RUN").some((line) => /apt-get install(?!.* --no-install-recommends )/.test(line)) &&
    "apt-get installs what is not needed",
    of("RUN").some((line) => line.includes("apt-get") && !/rm -rf \/var\/lib\/apt\/lists\/\*/.test(line)) &&
    "lists of apt stay in the image",
    of("RUN").some((line) => /;/.test(line)) && "a failure inside RUN goes on: join by &&",
    user < 0 || /^(?:root|0)\b/.test(all[user].text) ? "it runs as root" : false,
    user >= 0 && all.slice(user + 1).some(({ name, text }) => name === "RUN" && /apt-get|useradd/.test(text)) &&
    "an ordinary user installs",
    [...of("ENTRYPOINT"), ...of("CMD")].some((text) => !isList(text)) && "ENTRYPOINT or CMD goes through a shell",
    of("ENTRYPOINT").length !== 1 && "not one ENTRYPOINT",
    of("EXPOSE").length > 0 && "it exposes a port",
    [...of("ENV"), ...of("ARG")].some((text) => /TOKEN|SECRET|PASSWORD|_KEY/i.test(text)) && "a secret in the image",
  ];
  return found.filter((one) => one !== false);
}

function isList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

const FILE = await Deno.readTextFile(join(ROOT, "Containerfile"));

Deno.test("container: the Containerfile keeps the rules, and takes this version's file", async () => {
  assert.deepEqual(complaints(FILE), []);
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const args = Object.fromEntries(
    instructions(FILE).filter(({ name }) => name === "ARG").map(({ text }) => text.split("=")),
  );
  const [copied] = instructions(FILE).filter(({ name }) => name === "COPY").map(({ text }) => text.split(" ").at(-2)!);
  const source = copied.replace(/\$\{(\w+)\}/g, (_, name: string) => args[name]);
  assert.deepEqual([args.VERSION, source], [version, `dist/${fileName(version, "linux-x64")}`]);
});

for (
  const [from, to, complaint] of [
    ["debian:12-slim", "debian:latest", "a base image without a fixed tag"],
    ["debian:12-slim", "debian", "a base image without a fixed tag"],
    ["USER harombe", "USER root", "it runs as root"],
    ["USER harombe\n", "", "it runs as root"],
    ['ENTRYPOINT ["harombe"]', "ENTRYPOINT harombe", "ENTRYPOINT or CMD goes through a shell"],
    [" --no-install-recommends", "", "apt-get installs what is not needed"],
    ["rm -rf /var/lib/apt/lists/*", "true", "lists of apt stay in the image"],
    ["COPY --chmod=0755", "ADD", "ADD may fetch or unpack: use COPY"],
    ["RUN harombe version", "RUN curl https://example.org | sh", "it fetches, or runs as root by sudo"],
    ["WORKDIR", "EXPOSE 11434\nWORKDIR", "it exposes a port"],
  ]
) {
  Deno.test(`container: ${JSON.stringify(to)} instead of ${JSON.stringify(from)} is found`, () => {
    assert.ok(FILE.includes(from));
    assert.deepEqual(complaints(FILE.replace(from, to)), [complaint]);
  });
}

Deno.test("container: compose publishes nothing, drops all powers, keeps the state, and has no process of root's", async () => {
  const { services, volumes } = parse(await Deno.readTextFile(join(ROOT, "compose.yaml")));
  const { harombe, ...others } = services;
  assert.deepEqual([others, volumes], [{}, { state: null }]);
  assert.deepEqual(harombe, {
    build: { context: ".", dockerfile: "Containerfile" },
    image: "harombe",
    init: true,
    stdin_open: true,
    tty: true,
    network_mode: "host",
    read_only: true,
    tmpfs: ["/tmp:mode=1777"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges", "seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"],
    volumes: ["state:/state", "./:/work"],
  });
});

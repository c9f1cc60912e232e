import assert from "node:assert/strict";
import type { Powers } from "../../security/sandbox/grant.ts";
import { Config } from "../config.ts";
import { standingOf, waitingIn } from "../doctor/standing.ts";
import { diagnose, doctorText, type Findings } from "./doctor.ts";

const powers: Powers = {
  os: "linux x86_64",
  bubblewrap: { state: "ok", version: "0.8.0" },
  seccomp: true,
  limits: { memory: "cgroup v2", pids: "cgroup v2", cpu: "cgroup v2" },
  programs: {
    shell: "ok",
    deno: "ok",
    bash: "ok",
    python: "ok",
    files: "ok",
    fetch: "ok",
    engine: "ok",
    mail: "unavailable: set security.alerts.email_url",
    observe: "ok",
  },
  folder: { path: "/w", access: "rw" },
};
const fine: Findings = {
  powers,
  permissions: [{ name: "run", granted: [] }, { name: "net", granted: ["loopback"] }],
  config: { ok: true, text: "/h/harombe.yaml" },
};

Deno.test("findings are judged wrong, missing or undefended", () => {
  const cases: [string, Findings, { wrong: RegExp[]; missing: RegExp[] }][] = [
    ["all well", fine, { wrong: [], missing: [] }],
    ["run granted", { ...fine, permissions: [{ name: "run", granted: ["sh"] }] }, {
      wrong: [/may start programs \(sh\)/],
      missing: [],
    }],
    ["ffi granted", { ...fine, permissions: [{ name: "ffi", granted: ["any library"] }] }, {
      wrong: [/may load native code/],
      missing: [],
    }],
    ["net outside", { ...fine, permissions: [{ name: "net", granted: ["loopback", "addresses outside"] }] }, {
      wrong: [/may dial addresses outside$/],
      missing: [],
    }],
    ["config", { ...fine, config: { ok: false, text: "f:1:1: bad" } }, { wrong: [/f:1:1: bad/], missing: [] }],
    ["no launcher", { ...fine, powers: null }, { wrong: [], missing: [/the launcher/] }],
    [
      "no bubblewrap",
      {
        ...fine,
        powers: {
          ...powers,
          bubblewrap: { state: "unavailable", cause: "it is not installed", cure: "apt install bubblewrap" },
          programs: { ...powers.programs, shell: "needs bubblewrap" },
        },
      },
      { wrong: [], missing: [/it is not installed; apt install bubblewrap/, /shell; needs bubblewrap/] },
    ],
  ];
  for (const [name, findings, expected] of cases) {
    const { wrong, missing } = diagnose(findings);
    for (const [is, should] of [[wrong, expected.wrong], [missing, expected.missing]] as const) {
      assert.equal(is.length, should.length, `${name}: ${is}`);
      should.forEach((pattern, at) => assert.match(is[at], pattern, name));
    }
  }
});

Deno.test("what is not defended is said, on the best machine too", () => {
  const best = diagnose({ ...fine, powers: { ...powers, folder: { path: "/w", access: "ro" } } }).undefended;
  const worst = diagnose({
    ...fine,
    powers: { ...powers, seccomp: false, limits: { memory: "none", pids: "none", cpu: "none" } },
  }).undefended;
  assert.ok(best.length >= 4);
  assert.equal(worst.length, best.length + 5);
});

Deno.test("what stands behind the door has a line each; what is not set up is no finding", () =>
  withDirectory(async (directory) => {
    const plain = Config.parse({});
    const set = Config.parse({
      security: {
        egress: { allow: ["nas.lan:8443"], deny: ["evil.example"], inspect: true },
        alerts: { ntfy_url: "https://ntfy.example/t", email_url: "smtps://mail.example" },
        credentials: { method: "sops", unlock: "passphrase" },
        hitl: { notification_method: "webhook" },
      },
    });
    const lines = (config: Config, waiting: number | null) =>
      standingOf(config, { directory, powers: { ...powers, executor: "podman" }, waiting }).map(({ name, text }) =>
        `${name}: ${text}`
      );
    assert.deepEqual(lines(plain, await waitingIn(directory, Date.now, new AbortController().signal)), [
      "network: a run reaches the hosts it asked for, by a proxy of its own; none is allowed always",
      "executor: podman holds the runs",
      "secrets: none kept: harombe secrets add",
      "approvals: none asked yet; told elsewhere by nobody",
    ]);
    await Deno.writeTextFile(`${directory}/secrets.age`, "");
    assert.deepEqual(lines(set, 2), [
      "network: a run reaches the hosts it asked for, by a proxy of its own, TLS opened; always allowed: nas.lan:8443; 1 denied",
      "executor: podman holds the runs",
      "secrets: kept here, opened by your passphrase, sops",
      "approvals: 2 wait: harombe approvals list; told elsewhere by webhook",
      "alerts: ntfy, mail",
    ]);
    const { wrong, missing } = diagnose({ ...fine, standing: standingOf(plain, { directory, powers, waiting: 0 }) });
    assert.deepEqual([wrong, missing], [[], []]);
  }));

async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  await work(directory).finally(() => Deno.remove(directory, { recursive: true }));
}

Deno.test("the text shows the machine, the process and every judgement", () => {
  const text = doctorText(diagnose(fine));
  assert.match(text, /^config {4}ok: \/h\/harombe\.yaml$/m);
  assert.match(text, /^sandbox {3}bubblewrap 0\.8\.0, seccomp on$/m);
  assert.match(text, /^folder {4}\/w \(rw\)$/m);
  assert.match(text, /^main {6}run none, net loopback$/m);
  assert.match(text, /^Not defended:$/m);
});

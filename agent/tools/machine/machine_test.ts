import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { textOf } from "../../../node/chat.ts";
import type { Observation, Question } from "../../../security/sandbox/observe.ts";
import { specOf } from "../../../security/tool_spec.ts";
import { machineTool, questionOf, told } from "./machine.ts";

const tool = machineTool(["systemd", "docker"])!;
const said = (stdout: string, more: Partial<Observation> = {}): Observation => ({
  code: 0,
  stdout,
  stderr: "",
  missing: false,
  ...more,
});

Deno.test("only what is here can be asked about", () => {
  const asked = (observed: Parameters<typeof machineTool>[0]) => {
    const spec = machineTool(observed);
    const { properties } = spec === null
      ? { properties: {} }
      : specOf(spec).parameters as { properties: Record<string, { enum?: string[] }> };
    return (properties as Record<string, { enum?: string[] }>).about?.enum ?? null;
  };
  assert.equal(asked([]), null);
  assert.deepEqual(asked(["systemd"]), ["services", "failed_services", "service", "journal"]);
  assert.deepEqual(asked(["podman"]), ["containers", "container", "container_logs", "container_stats"]);
  assert.equal(asked(["docker", "podman", "systemd"])?.length, 8);
  assert.ok(
    encode(JSON.stringify(specOf(tool))).length <= 120,
    `${encode(JSON.stringify(specOf(tool))).length} tokens`,
  );
});

Deno.test("lists run unasked, logs are asked for, and rules see what is asked", () => {
  const cases: [Record<string, unknown>, "LOW" | "MEDIUM", string[], Question][] = [
    [{ about: "services" }, "LOW", ["services"], { about: "units", failed: false }],
    [{ about: "failed_services" }, "LOW", ["failed_services"], { about: "units", failed: true }],
    [{ about: "service", name: "ssh.service" }, "LOW", ["service ssh.service"], { about: "unit", name: "ssh.service" }],
    [{ about: "journal" }, "MEDIUM", ["journal"], { about: "journal", lines: 100 }],
    [
      { about: "journal", name: "nginx", lines: 5, since: "2026-11-20T08:00:00+02:00", priority: 3 },
      "MEDIUM",
      ["journal nginx"],
      { about: "journal", lines: 5, unit: "nginx", since: "2026-11-20 06:00:00", priority: 3 },
    ],
    [{ about: "containers" }, "LOW", ["containers"], { about: "containers", engine: "docker", all: true }],
    [{ about: "container", name: "web" }, "LOW", ["container web"], {
      about: "container",
      engine: "docker",
      name: "web",
    }],
    [{ about: "container_logs", name: "web", lines: 7 }, "MEDIUM", ["container_logs web"], {
      about: "container_logs",
      engine: "docker",
      name: "web",
      lines: 7,
    }],
    [{ about: "container_stats" }, "LOW", ["container_stats"], { about: "container_stats", engine: "docker" }],
  ];
  for (const [given, risk, targets, question] of cases) {
    const args = tool.parameters.parse(given);
    assert.deepEqual([tool.assess(args).risk, tool.targets(args)], [risk, targets]);
    assert.deepEqual(questionOf(args, "docker"), question);
  }
  for (const about of ["service", "container", "container_logs"] as const) {
    assert.throws(() => questionOf({ about, lines: 1 }, "docker"), /Cannot tell about .*: name is missing/);
  }
});

Deno.test("arguments that are no names, times or counts are refused by the tool already", () => {
  const cases: Record<string, unknown>[] = [
    { about: "service", name: "--all" },
    { about: "service", name: "a b" },
    { about: "journal", name: "*" },
    { about: "journal", lines: 0 },
    { about: "journal", lines: 2001 },
    { about: "journal", since: "yesterday" },
    { about: "journal", since: "2026-11-20 08:00:00 --vacuum-size=1" },
    { about: "journal", priority: 8 },
    { about: "container_logs", name: "web\n--follow" },
    { about: "shell" },
    {},
  ];
  for (const args of cases) assert.equal(tool.parameters.safeParse(args).success, false, JSON.stringify(args));
});

Deno.test("answers become rows; of a container neither environment nor labels nor its command", () => {
  const units =
    '[{"unit":"ssh.service","load":"loaded","active":"active","sub":"running","description":"OpenBSD Secure Shell"}]';
  const docker =
    '{"ID":"4f","Names":"web","Image":"nginx:1","State":"running","Status":"Up 2 hours","Ports":"0.0.0.0:80->80/tcp","Labels":"token=SECRET"}\n';
  const podman =
    '[{"Id":"4f","Names":["web"],"Image":"nginx:1","State":"running","Status":"Up 2 hours","Ports":[{"host_ip":"","container_port":80,"host_port":8080,"range":1,"protocol":"tcp"}]},{"Names":["db"],"Image":"pg","State":"exited","Ports":null}]';
  const inspected = JSON.stringify([{
    Name: "/web",
    Config: { Image: "nginx:1", User: "", Env: ["TOKEN=SECRET"], Cmd: ["--password=SECRET"], Labels: { a: "SECRET" } },
    Args: ["SECRET"],
    State: {
      Status: "exited",
      ExitCode: 1,
      StartedAt: "2026-11-20T08:00:00Z",
      FinishedAt: "0001-01-01T00:00:00Z",
      OOMKilled: true,
    },
    HostConfig: { NetworkMode: "bridge", Privileged: false, RestartPolicy: { Name: "always" } },
    Mounts: [{ Source: "/srv", Destination: "/data", RW: false }],
  }]);
  const row = (about: string, stdout: string, more: Partial<Observation> = {}) => {
    const args = tool.parameters.parse({
      about,
      ...(/^(service|container|container_logs)$/.test(about) ? { name: "web" } : {}),
    });
    const output = told(args, questionOf(args, "docker"), said(stdout, more));
    return { text: textOf(output.content), data: output.data, isError: output.isError ?? false };
  };
  const cases: [string, string, string, unknown][] = [
    ["services", units, "ssh.service  active  running  OpenBSD Secure Shell", {
      about: "services",
      rows: [{ name: "ssh.service", active: "active", sub: "running", description: "OpenBSD Secure Shell" }],
    }],
    ["services", "[]", "None.", { about: "services", rows: [] }],
    [
      "service",
      "Id=ssh.service\nActiveState=active\nMemoryCurrent=[not set]\nResult=\n",
      "Id: ssh.service\nActiveState: active",
      {
        about: "service",
        thing: { Id: "ssh.service", ActiveState: "active" },
      },
    ],
    ["containers", docker, "web  nginx:1  running  Up 2 hours  0.0.0.0:80->80/tcp", {
      about: "containers",
      rows: [{ name: "web", image: "nginx:1", state: "running", status: "Up 2 hours", ports: "0.0.0.0:80->80/tcp" }],
    }],
    ["containers", podman, "web  nginx:1  running  Up 2 hours  0.0.0.0:8080->80/tcp\ndb  pg  exited", {
      about: "containers",
      rows: [
        { name: "web", image: "nginx:1", state: "running", status: "Up 2 hours", ports: "0.0.0.0:8080->80/tcp" },
        { name: "db", image: "pg", state: "exited", status: "", ports: "" },
      ],
    }],
    ["container_stats", '{"Name":"web","CPUPerc":"1.5%","MemUsage":"10MiB / 1GiB"}\n', "web  1.5%  10MiB / 1GiB", {
      about: "container_stats",
      rows: [{ name: "web", cpu: "1.5%", memory: "10MiB / 1GiB" }],
    }],
    [
      "journal",
      "2026-11-20T08:00:00+0000 box sshd[1]: hello\n",
      "2026-11-20T08:00:00+0000 box sshd[1]: hello",
      undefined,
    ],
    ["journal", "", "The log is empty.", undefined],
  ];
  for (const [about, stdout, text, data] of cases) {
    assert.deepEqual(row(about, stdout), { text, data, isError: false }, about);
  }
  const one = row("container", inspected);
  assert.deepEqual(one.data, {
    about: "container",
    thing: {
      name: "web",
      image: "nginx:1",
      status: "exited",
      "exit code": "1",
      "out of memory": "yes",
      started: "2026-11-20T08:00:00Z",
      "restart policy": "always",
      network: "bridge",
      mounts: "/srv at /data (read-only)",
    },
  });
  assert.doesNotMatch(JSON.stringify([one, row("containers", docker)]), /SECRET/);
  const failures: [string, Partial<Observation>, RegExp][] = [
    ["services", { code: 127, missing: true }, /^unavailable: install systemd$/],
    ["containers", { code: 127, missing: true }, /^unavailable: install docker$/],
    ["container", { code: 1, stderr: "Error: No such container: web\n" }, /^Error: No such container: web$/],
    ["services", { stdout: "not JSON" }, /^Cannot read the list$/],
    ["container", { stdout: "[]" }, /^Cannot read what was said about web$/],
  ];
  for (const [about, answer, text] of failures) {
    const { text: is, isError } = row(about, "", answer);
    assert.match(is, text, about);
    assert.equal(isError, true, about);
  }
});

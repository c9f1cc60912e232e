import assert from "node:assert/strict";
import { systemsHere } from "./systems.ts";

const signal = new AbortController().signal;
const there = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("systems are found by their files", async () => {
  const found = await systemsHere("/nonexistent", signal);
  assert.equal(found.includes("systemd"), await there("/run/systemd/system"));
  assert.equal(found.includes("docker"), await there("/var/run/docker.sock") || await there("/run/docker.sock"));
  await assert.rejects(systemsHere("/nonexistent", AbortSignal.abort(new DOMException("stop", "AbortError"))), {
    name: "AbortError",
  });
});

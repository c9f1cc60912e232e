import assert from "node:assert/strict";
import { machineFacts } from "./machine_facts.ts";

Deno.test("the facts of this machine are figures of a real one", () => {
  const { os, host, cores, memoryBytes, memoryFreeBytes, load, uptimeSeconds } = machineFacts();
  assert.match(os ?? "", /^\S+ \S+ \S+$/);
  assert.ok(host && cores && cores > 0 && uptimeSeconds && uptimeSeconds > 0);
  assert.ok(memoryBytes && memoryFreeBytes !== null && memoryFreeBytes <= memoryBytes);
  assert.match(load ?? "", /^\d+\.\d\d \d+\.\d\d \d+\.\d\d$/);
});

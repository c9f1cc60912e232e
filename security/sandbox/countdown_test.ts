import assert from "node:assert/strict";
import { countdown } from "./countdown.ts";

Deno.test("time that a person takes does not count, and what is left runs on after", async () => {
  const over = Promise.withResolvers<void>();
  const clock = countdown(20, over.resolve);
  clock.start();
  const answered = Promise.withResolvers<void>();
  const state = { over: false };
  over.promise.then(() => state.over = true);
  const first = clock.paused(() => answered.promise);
  const second = clock.paused(() => Promise.reject(new Error("gone")));
  await assert.rejects(second);
  // Longer than the time that was left: another clock tells when.
  const other = Promise.withResolvers<void>();
  countdown(60, other.resolve).start();
  await other.promise;
  assert.equal(state.over, false);
  answered.resolve();
  await first;
  await over.promise;
});

Deno.test("a clock that was stopped, or never started, never ends", async () => {
  const calls: string[] = [];
  const stopped = countdown(1, () => calls.push("stopped"));
  stopped.start();
  stopped.stop();
  await stopped.paused(() => Promise.resolve());
  countdown(1, () => calls.push("never"));
  const other = Promise.withResolvers<void>();
  countdown(10, other.resolve).start();
  await other.promise;
  assert.deepEqual(calls, []);
});

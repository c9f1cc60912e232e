import assert from "node:assert/strict";

const WATCHING = `
import { parentGone } from ${JSON.stringify(new URL("./parent_watch.ts", import.meta.url).href)};
const parent = Deno.ppid;
const alive = setInterval(() => {}, 1000);
console.log("watching");
await parentGone(parent);
clearInterval(alive);
console.log("gone");
`;

Deno.test("a process learns that its parent was killed", async () => {
  // The shell is the parent; its child keeps the pipe open and is heard after the shell's death.
  const shell = new Deno.Command("/bin/sh", {
    args: ["-c", '"$0" eval "$1" & wait', Deno.execPath(), WATCHING],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const heard: string[] = [];
  for await (const text of shell.stdout.pipeThrough(new TextDecoderStream())) {
    heard.push(text.trim());
    if (heard.length === 1) shell.kill("SIGKILL");
  }
  await shell.status;
  assert.deepEqual(heard, ["watching", "gone"]);
});

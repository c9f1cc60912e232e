/** A process that writes to a local store until it is killed: FOLDER PREFIX [COUNT]. It prints each name once it is kept. */
import { keyFile } from "../identity.ts";
import { localStore } from "../local.ts";

const [folder, prefix, count = "1000000"] = Deno.args;
const keeper = keyFile(`${folder}/secrets.key`, { encrypt: false, ask: () => Promise.reject(new Error("nobody")) });
const store = localStore({ path: `${folder}/secrets.age`, lock: `${folder}/secrets.lock`, keeper, now: () => 1 });
const { signal } = new AbortController();
const ballast = "x".repeat(20_000);
for (let i = 0; i < Number(count); i++) {
  const name = `${prefix}${i}`;
  await store.put!(new Map([[name, { value: `${name} ${ballast}`, bindings: [] }]]), signal);
  Deno.stdout.writeSync(new TextEncoder().encode(`${name}\n`));
}

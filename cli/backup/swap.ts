/**
 * Puts restored files in the place of the old ones, all or nothing: once the order to do so lies on disk, whoever comes
 * next finishes it; before that, nothing of the old state was touched.
 */
import { join } from "node:path";
import * as z from "zod/mini";
import { exists } from "../exists.ts";
import { lockState } from "./lock.ts";
import { namesOf, PARTS, WORK } from "../state/parts.ts";

const name = z.string().check(z.regex(/^[a-z][\w.-]{0,63}$/));

const Order = z.strictObject({
  /** Directory in the state directory that the old files go to. */
  aside: z.string().check(z.regex(/^before-restore-[\w-]{1,64}$/)),
  /** Names in the state directory that are replaced, and those that come. */
  old: z.array(name),
  fresh: z.array(name),
});
type Order = z.infer<typeof Order>;

const stage = (state: string) => join(state, WORK.restore);
/** Where the files of a restore wait. */
export const incoming = (state: string) => join(stage(state), "new");
const orderPath = (state: string) => join(stage(state), "order.json");

/** The names that a restore may replace: those of all parts that a backup holds. Models stay where none come. */
function replaceable(fresh: readonly string[]): string[] {
  return PARTS.filter(({ backup, name }) => backup === "always" || fresh.includes(name)).flatMap(namesOf);
}

/** What of `state` a restore would put aside. */
export function presentNames(state: string): string[] {
  return replaceable([]).filter((name) => exists(join(state, name)));
}

/** Gives the order to take what lies in `incoming`: from here on the restore happens, whatever dies. */
export function commitRestore(state: string, at: number): string {
  const fresh = Array.from(Deno.readDirSync(incoming(state)), ({ name }) => name).sort();
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");
  const aside = `${WORK.aside}${stamp}-${crypto.randomUUID().slice(0, 4)}`;
  const order: Order = { aside, old: replaceable(fresh).filter((name) => exists(join(state, name))), fresh };
  const draft = `${orderPath(state)}.new`;
  const file = Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
  try {
    file.writeSync(new TextEncoder().encode(JSON.stringify(order)));
    file.syncSync();
  } finally {
    file.close();
  }
  syncDirectory(incoming(state));
  Deno.renameSync(draft, orderPath(state));
  syncDirectory(stage(state));
  return join(state, aside);
}

/**
 * Does what is ordered, one effect for each step; a run that is cut after any step is finished by another. Files of the
 * old state are moved first, all of them, so that no file of the two is ever mixed into a set that claims to be whole.
 */
export function* performRestore(state: string): Generator<void> {
  const order = Order.parse(JSON.parse(Deno.readTextFileSync(orderPath(state))));
  const aside = join(state, order.aside);
  if (order.old.length > 0) Deno.mkdirSync(aside, { recursive: true, mode: 0o700 });
  yield;
  for (const name of order.old) {
    if (exists(join(aside, name)) || !exists(join(state, name))) continue;
    Deno.renameSync(join(state, name), join(aside, name));
    yield;
  }
  if (order.old.length > 0) syncDirectory(aside);
  for (const name of order.fresh) {
    if (!exists(join(incoming(state), name))) continue;
    Deno.renameSync(join(incoming(state), name), join(state, name));
    yield;
  }
  syncDirectory(state);
  Deno.removeSync(orderPath(state));
  yield;
  Deno.removeSync(stage(state), { recursive: true });
  syncDirectory(state);
}

/**
 * Finishes a restore that was cut, if there is one; every start of the program calls it before it opens a file of the
 * state. True if there was something to finish. Throws if it cannot be finished: then nothing may be opened.
 */
export function finishRestore(state: string): boolean {
  if (!ordered(state)) return false;
  using _lock = lockState(state, null);
  // Another process may have finished it while this one waited.
  if (!ordered(state)) return false;
  for (const _ of performRestore(state));
  return true;
}

/** A process that may not look into the state directory opens nothing in it either. */
function ordered(state: string): boolean {
  try {
    return exists(orderPath(state));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** What was renamed in the directory is on disk when this returns. */
function syncDirectory(path: string): void {
  using directory = Deno.openSync(path);
  directory.syncSync();
}

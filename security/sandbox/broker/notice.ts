/** What Deno writes before a brokered program says anything (2.9.6, with NO_COLOR, also with `--quiet`). */
const NOTICE = new TextEncoder().encode("Warning Permission broker is an experimental feature\n");

/** `stderr` without the notice, if it begins with it. */
export async function* withoutNotice(stderr: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const state: { held: Uint8Array | null } = { held: new Uint8Array() };
  for await (const chunk of stderr) {
    if (state.held === null) {
      yield chunk;
      continue;
    }
    const begun = new Uint8Array([...state.held, ...chunk]);
    const same = Math.min(begun.length, NOTICE.length);
    const isNotice = begun.subarray(0, same).every((byte, i) => byte === NOTICE[i]);
    if (isNotice && begun.length < NOTICE.length) {
      state.held = begun;
      continue;
    }
    state.held = null;
    const rest = isNotice ? begun.subarray(NOTICE.length) : begun;
    if (rest.length > 0) yield rest;
  }
  if (state.held !== null && state.held.length > 0) yield state.held;
}

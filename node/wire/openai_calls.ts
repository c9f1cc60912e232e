/** Tool calls put together from the fragments of an OpenAI-compatible stream. */
import * as z from "zod";
import type { ToolCall } from "../chat.ts";

/** A fragment, or a whole call. Servers differ in what they leave out, repeat or split. */
export const ToolCallDelta = z.looseObject({
  index: z.number().int().nullish(),
  id: z.string().nullish(),
  function: z.looseObject({
    name: z.string().nullish(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  }).nullish(),
});
export type ToolCallDelta = z.infer<typeof ToolCallDelta>;

type Open = { index: number | null; id: string | null; name: string; arguments: string };

/**
 * `add` takes fragments in any interleaving. A fragment belongs to the call of its index, unless it brings another id
 * (some servers number every call 0); without an index to the call of its id, else to the last one. A name may come in
 * parts or be repeated whole.
 *
 * `finish` gives the calls in the order they were opened. Where the end is not `trusted` (cut by length, or no finish
 * reason), arguments that are no JSON mean a call that is not whole: null. Trusted, malformed text is passed on as written.
 * An entry that names nothing and asks nothing is no call (lmstudio-ai/lmstudio-bug-tracker#830); one that asks without a
 * name is called `unnamed`, for servers refuse a history with an empty name for good.
 */
export function toolCallAssembly(idFor: (given?: string | null) => string) {
  const open: Open[] = [];
  const owner = (fragment: ToolCallDelta): Open => {
    const index = fragment.index ?? null;
    const id = fragment.id || null;
    const known = index !== null
      ? open.findLast((call) => call.index === index)
      : id !== null
      ? open.find((call) => call.id === id)
      : open.at(-1);
    if (known && (id === null || known.id === null || known.id === id)) return known;
    const call: Open = { index, id, name: "", arguments: "" };
    open.push(call);
    return call;
  };
  return {
    add(fragment: ToolCallDelta): void {
      const call = owner(fragment);
      call.id ??= fragment.id || null;
      const { name, arguments: given } = fragment.function ?? {};
      if (name && name !== call.name) call.name += name;
      if (given) call.arguments += typeof given === "string" ? given : JSON.stringify(given);
    },
    finish({ trusted }: { trusted: boolean }): ToolCall[] | null {
      if (!trusted && open.some((call) => call.name === "" || !isJson(call.arguments))) return null;
      return open.filter((call) => call.name !== "" || call.arguments !== "").map((call) => ({
        id: idFor(call.id),
        name: call.name || "unnamed",
        arguments: call.arguments || "{}",
      }));
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

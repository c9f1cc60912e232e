/**
 * A model in a cloud. Its one argument is a request that passed a sanitiser, and says so by a brand that only the
 * sanitiser can set: there is no other way in, by type and at run time.
 */
import { ChatError, type ChatEvent, type ChatRequest } from "./chat.ts";

/** A request that a sanitiser has let go. Opaque: only the `open` of the seal that made it reads it. */
export class Redacted {
  #brand = true;
  /** True for what this class made; whose seal it was, only `open` knows. */
  static is(value: unknown): value is Redacted {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** As `Chat`, for a server outside the house. */
export type CloudChat = (request: Redacted, signal: AbortSignal) => AsyncIterable<ChatEvent>;

export type RedactionSeal = {
  /** Only the sanitiser holds this. */
  seal(request: ChatRequest): Redacted;
  /** Given to cloud backends. Throws `ChatError` `refused` for anything that this seal did not make. */
  open(redacted: Redacted): ChatRequest;
};

/**
 * A new pair. The sanitiser makes it once, keeps `seal`, and hands `open` to the cloud backends; a `Redacted` of any
 * other pair opens nothing. Nothing in this version makes one outside tests, so no prompt can reach a cloud.
 */
export function redactionSeal(): RedactionSeal {
  const sealed = new WeakMap<Redacted, ChatRequest>();
  return {
    seal(request) {
      const redacted = new Redacted();
      sealed.set(redacted, structuredClone(request));
      return redacted;
    },
    open(redacted) {
      const request = Redacted.is(redacted) ? sealed.get(redacted) : undefined;
      if (!request) {
        throw new ChatError("refused", "Cannot send a prompt to a cloud: it did not pass the sanitiser");
      }
      return structuredClone(request);
    },
  };
}

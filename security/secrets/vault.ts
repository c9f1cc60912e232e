/** The values behind the placeholders of this conversation. In memory only: after a restart a placeholder stands for nothing. */
import { drawn, mixed } from "./formats/format.ts";
import { createKnown, type FindKnown } from "./known.ts";
import { idOf, placeholderText, secretId } from "./placeholder.ts";

export type SecretVault = {
  /** The value's placeholder, the same each time; keeps the value. */
  stand(kind: string, value: string): string;
  /** What a placeholder stands for, or null. The name in it is of no account: its id is. */
  value(placeholder: string): string | null;
  /** From now on the value is found by itself, whatever stands around it. */
  watch(value: string): void;
  /** Finds what is watched. */
  known: FindKnown;
  /** What is watched, oldest first, for a program that must not let it out. */
  watching(): string[];
  /** Forgets all values. What was watched is watched on. */
  clear(): void;
};

/** Values and characters that are kept at most; the oldest go first. A longer value is not kept at all. */
const MOST = { values: 2000, characters: 8 << 20, one: 65_536, watched: 5000 };
/** Characters from which on a value that a machine drew cannot be anything else. */
const TELLING = 12;

/** An empty vault whose placeholders are made under `key`. */
export function createVault(key: Uint8Array, most = MOST): SecretVault {
  const values = new Map<string, { placeholder: string; value: string }>();
  const watched = new Map<string, string>();
  const finding = createKnown();
  const held = { characters: 0 };
  const drop = (id: string) => {
    held.characters -= values.get(id)?.value.length ?? 0;
    values.delete(id);
  };
  const watch = (value: string) => {
    const id = secretId(key, value);
    if (value.length < 4 || watched.has(id) || watched.size >= most.watched) return;
    watched.set(id, value);
    finding.add(value);
  };
  return {
    stand(kind, value) {
      const id = secretId(key, value);
      const kept = values.get(id);
      const placeholder = kept?.placeholder ?? placeholderText(kind, id);
      if (value.length > most.one) return placeholder;
      drop(id);
      values.set(id, { placeholder, value });
      held.characters += value.length;
      for (const oldest of values.keys()) {
        if (values.size <= most.values && held.characters <= most.characters) break;
        drop(oldest);
      }
      if (value.length >= TELLING && value.length <= 2000 && !/\s/.test(value) && mixed(value) && drawn(value)) {
        watch(value);
      }
      return placeholder;
    },
    value: (placeholder) => values.get(idOf(placeholder))?.value ?? null,
    watch,
    known: finding.find,
    watching: () => [...watched.values()],
    clear() {
      values.clear();
      held.characters = 0;
    },
  };
}

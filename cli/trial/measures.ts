/** What `models test` measured on this machine, the last whole result of each model. */
import * as z from "zod";
import type { Model } from "../../node/models.ts";
import { openDatabase, type Store } from "../../security/database.ts";
import { exists } from "../exists.ts";
import { Score } from "./score.ts";
import { TASKS_VERSION } from "./tasks.ts";

export const MEASURE_STORE: Store = {
  name: "store of measured models",
  steps: [`CREATE TABLE measure (key TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL) STRICT;`],
};

/** `at` is milliseconds since 1970 UTC. */
export const Measure = z.object({ at: z.number(), version: z.number(), score: Score });
export type Measure = z.infer<typeof Measure>;

export type Measures = {
  keep(model: Model, score: Score): void;
  /** The last result of these very weights on this server with today's tasks; null if there is none. */
  of(model: Model): Measure | null;
  close(): void;
};

/** Opens the store at `path`, creating it as needed unless `readOnly`. `now` gives milliseconds since 1970 UTC. Throws as `openDatabase`. */
export function openMeasures(path: string, options: { now: () => number; readOnly?: boolean }): Measures {
  const db = openDatabase(path, MEASURE_STORE, { readOnly: options.readOnly });
  return {
    keep(model, score) {
      const at = options.now();
      const json = JSON.stringify({ at, version: TASKS_VERSION, score } satisfies Measure);
      db.prepare("INSERT OR REPLACE INTO measure (key, at, json) VALUES (?, ?, ?)").run(keyOf(model), at, json);
    },
    of(model) {
      const row = db.prepare("SELECT json FROM measure WHERE key = ?").get(keyOf(model));
      const measure = row ? Measure.safeParse(parsed(String(row.json))).data : undefined;
      return measure && measure.version === TASKS_VERSION ? measure : null;
    },
    close: () => db.close(),
  };
}

/** What is known of `models`; nothing where nothing was measured yet. */
export function measuredOf(path: string, models: readonly Model[], now: () => number): (Measure | null)[] {
  if (!exists(path)) return models.map(() => null);
  const measures = openMeasures(path, { now });
  try {
    return models.map((model) => measures.of(model));
  } finally {
    measures.close();
  }
}

function knownOf(path: string, model: Model, now: () => number): Measure | null {
  try {
    return measuredOf(path, [model], now)[0];
  } catch {
    return null;
  }
}

/**
 * The share of a model's own calls that were valid, of those with enough calls to tell; null = unknown, also where the
 * store cannot be read: no conversation waits for a measurement.
 */
export function validRates(path: string, now: () => number): (model: Model) => number | null {
  return (model) => {
    const measure = knownOf(path, model, now);
    return measure && measure.score.calls >= ENOUGH_CALLS ? measure.score.validRate : null;
  };
}

/** Fewer calls than these say nothing of how many are valid. */
const ENOUGH_CALLS = 5;

/** The same name may be other weights tomorrow: the digest tells, or else the quantization. */
function keyOf({ kind, base, name, digest, quantization }: Model): string {
  return JSON.stringify([kind, base, name, digest ?? quantization ?? ""]);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

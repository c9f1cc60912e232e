/** Fetching a model from the setup: the same catalogue and the same code as `models pull`. */
import type { Offer } from "../../node/recommend.ts";
import type { Io } from "../io.ts";

/** A model of the catalogue, with what a person should know before it is fetched. */
export type Fetchable = Offer & { licence: string; source: string };

export type Fetching = {
  catalogue: readonly Fetchable[];
  /** Shows what will be fetched, fetches it, checks it; the name to use it by. Rejects if it was not fetched. */
  pull: (model: Fetchable, io: Io, signal: AbortSignal) => Promise<{ name: string }>;
};

/** Null: this version cannot fetch models, and the setup says so. */
export const FETCHING: Fetching | null = null as Fetching | null;

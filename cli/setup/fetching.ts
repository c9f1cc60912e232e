/** Fetching a model from the setup: the same catalogue and the same code as `models pull`. */
import { CATALOGUE } from "../../node/catalogue.ts";
import type { Offer } from "../../node/recommend.ts";
import { modelsPull } from "../commands/models_pull.ts";
import type { Io } from "../io.ts";

/** A model of the catalogue, with what a person should know before it is fetched. */
export type Fetchable = Offer & { licence: string };

export type Fetching = {
  catalogue: readonly Fetchable[];
  /**
   * Shows what would be fetched, asks on `io`, fetches it and checks it; the name to use it by. Rejects if it was not
   * fetched.
   */
  pull: (model: Fetchable, io: Io) => Promise<{ name: string }>;
};

export const FETCHING: Fetching = {
  catalogue: CATALOGUE,
  async pull({ name }, io) {
    const code = await modelsPull({ name }, io);
    if (code !== 0) throw new Error(`Cannot fetch ${name}: models pull ended with ${code}`);
    return { name };
  },
};

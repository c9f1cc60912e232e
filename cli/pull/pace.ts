/** How fast this machine reads weights, as far as one of its own models was measured. */
import { join } from "node:path";
import { catalogueModel } from "../../node/catalogue.ts";
import { storedModels } from "../../node/embedded/stored.ts";
import { statePaths } from "../state/stores.ts";
import { measuredOf } from "../trial/measures.ts";

/** `bytesPerSecond` of weights while an answer was made; `by` names the model that it was measured with. */
export type Pace = { bytesPerSecond: number; by: string };

/** What the figures of a model say of another: bytes that work on one token, null where a size is not known. */
export function workingBytes(
  { bytes, parameters, active }: { bytes: number | null; parameters: number | null; active: number | null },
): number | null {
  if (bytes === null) return null;
  return parameters !== null && active !== null ? bytes * active / parameters : bytes;
}

/**
 * The pace of the embedded model of `state` whose measured tokens a second stand for the most bytes; null where
 * `models test` has measured none. Nothing else is known of a machine: its memory's bandwidth is told by no system call.
 */
export async function measuredPace(state: string, now: () => number, signal: AbortSignal): Promise<Pace | null> {
  const { models } = await storedModels(join(state, "models"), signal);
  const measured = measuredOf(statePaths(state).measures, models.map(({ model }) => model), now);
  const paces = models.flatMap(({ model }, at): Pace[] => {
    const rate = measured[at]?.score.tokensPerSecond ?? null;
    const known = catalogueModel(model.name);
    const { parameters = null, active = null } = known ?? {};
    const working = workingBytes({ bytes: model.bytes ?? null, parameters, active });
    return rate === null || working === null ? [] : [{ bytesPerSecond: rate * working, by: model.name }];
  });
  return paces.toSorted((a, b) => b.bytesPerSecond - a.bytesPerSecond)[0] ?? null;
}

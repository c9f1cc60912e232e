/** What was spent, as lines for a person. Pure. */
import type { Cost, Spent } from "../agent/cost.ts";

export const PRICE_NOTE = "Price: 0 for models on your own machines (electricity unknown); of a cloud: unknown. " +
  "~ is our own count, prompts without system prompt and tools.";

/** A row for each model, then one for each of the last `turns` turns. Names are untrusted: print them printable. */
export function costRows(cost: Cost, { turns }: { turns: number }): { name: string; detail: string }[] {
  const shown = turns === 0 ? [] : cost.turns.filter((turn) => turn.requests > 0).slice(-turns);
  return [
    ...cost.models.map((one) => ({ name: one.model, detail: spentText(one) })),
    ...shown.map((one) => ({ name: `message ${one.n}`, detail: `${spentText(one)}, ${one.model}` })),
  ];
}

function spentText({ promptTokens, outputTokens, estimated, ms, requests }: Spent): string {
  const about = estimated ? "~" : "";
  const rate = ms > 0 ? `, ${(outputTokens / (ms / 1000)).toFixed(1)} tokens/s` : "";
  return `${about}${promptTokens} tokens in, ${about}${outputTokens} out, ${requests} request(s), ${
    (ms / 1000).toFixed(1)
  } s${rate}`;
}

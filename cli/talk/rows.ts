/** The lists that slash commands show. */
import { type FindOptions, survey } from "../../node/backends/auto.ts";
import { modelRow } from "../../node/models.ts";
import type { Config } from "../config.ts";
import type { Row } from "../talk.ts";

/** The models that are there, or one row that tells how to get one. */
export async function modelRows(config: Config, finding: FindOptions, signal: AbortSignal) {
  const seen = await survey(config, finding, signal);
  const rows = seen.flatMap((s): Row[] => {
    if (!("models" in s)) return [];
    return s.models.map((model) => {
      const { name, ...facts } = modelRow(model);
      return { name, detail: Object.entries(facts).map(([k, v]) => `${k} ${v}`).join(", ") };
    });
  });
  if (rows.length > 0) return rows;
  return [{ name: "no model", detail: await noModel(config, finding, signal) }];
}

async function noModel(config: Config, finding: FindOptions, signal: AbortSignal) {
  const { findModel } = await import("../../node/backends/auto.ts");
  const found = await findModel(config, finding, signal);
  return found.kind === "none" ? found.text : found.reason;
}

/** The rules as written, then those of this session. */
export function ruleRows(config: Config, granted: { rule: string; agent: string; lasting?: boolean }[]): Row[] {
  const written = (["deny", "ask", "allow"] as const).flatMap((kind) =>
    config.security.rules[kind].map((rule) => ({ name: kind, detail: rule }))
  );
  return [
    ...written,
    ...granted.map(({ rule, agent, lasting }) => ({
      name: "allow",
      detail: `${rule} (${lasting ? "until revoked" : "this session"}, ${agent})`,
    })),
  ];
}

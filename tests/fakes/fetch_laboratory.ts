/** A launcher with the fetching process in it, as the program starts it. */
import { type Laboratory, laboratory, type LaboratoryOptions } from "../attacks/launch_run.ts";
import { codeOf } from "../../cli/launch/code.ts";
import { fetchOver } from "../../security/egress/fetch_client.ts";
import type { Fetch, FetchRequest } from "../../security/egress/request.ts";

const LAUNCH = new URL("../../cli/launch.ts", import.meta.url).href;

export type FetchLaboratory = { lab: Laboratory; fetch: Fetch; downloads: string };

export async function fetchLaboratory(
  hosts: readonly string[],
  options: LaboratoryOptions = {},
): Promise<FetchLaboratory> {
  const { fetch } = await codeOf(LAUNCH, Deno.env.toObject());
  const lab = await laboratory({ fetch: fetch ?? null, hosts, ...options });
  return {
    lab,
    fetch: fetchOver((grant, signal) => lab.launcher.run(grant, signal)),
    downloads: `${lab.home}/.harombe/downloads`,
  };
}

/** A GET of `url` with generous bounds. */
export function get(url: string, more: Partial<FetchRequest> = {}): FetchRequest {
  return { url, method: "GET", headers: {}, maxBytes: 1 << 20, ms: 20_000, redirects: "same-host", ...more };
}

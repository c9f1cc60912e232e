/** What a conversation stands on: everything that was opened for it. */
import type { Queued } from "../../security/approvals/queued.ts";
import type { Scrub } from "../../security/secrets/scrub.ts";
import type { BoundSecrets } from "../../security/secrets/bound.ts";
import type { SecretVault } from "../../security/secrets/vault.ts";
import type { Config, Loaded } from "../config.ts";
import type { OpenedEmbedded } from "../embedded.ts";
import type { Machine } from "../machine.ts";
import type { Stores } from "../state/stores.ts";

export type House = {
  /** The state directory, absolute. */
  directory: string;
  config: Config;
  /** Where each setting comes from. */
  sources: Loaded["sources"];
  machine: Machine;
  stores: Stores;
  embedded: OpenedEmbedded | null;
  scrub: Scrub;
  /** Tells the owner elsewhere that a call waits. Never rejects. */
  notify(request: Queued, signal: AbortSignal): Promise<void>;
  /** The values behind the placeholders that `scrub` makes. */
  vault: SecretVault;
  /** The owner's secrets that runs with a network may use. */
  bound: BoundSecrets;
  /** Milliseconds since 1970 UTC. */
  now(): number;
};

/** What stands behind the door on this machine, a line each, for `doctor` and `status`. Nothing here is a complaint. */
import type { Powers } from "../../security/sandbox/grant.ts";
import type { Config } from "../config.ts";
import { exists } from "../exists.ts";
import { statePaths } from "../state/stores.ts";

/** The name of a line and what it says. */
export type Standing = { name: string; text: string };

/** What is set up, from the settings, the powers and the files in `directory`. `waiting`: open approvals, null if not known. */
export function standingOf(
  config: Config,
  { directory, powers, waiting }: { directory: string; powers: Powers | null; waiting: number | null },
): Standing[] {
  const { egress, alerts, export: exported, credentials, hitl } = config.security;
  const told = [
    alerts.ntfy_url === null ? null : "ntfy",
    alerts.webhook_url === null ? null : "webhook",
    alerts.email_url === null ? null : "mail",
    exported.otlp_url === null ? null : "records by OTLP",
  ].filter((one) => one !== null);
  const paths = statePaths(directory);
  const secrets = [
    exists(paths.secrets) ? `kept here, opened by ${opener(credentials.unlock)}` : null,
    credentials.method === "vault" || credentials.method === "sops" ? credentials.method : null,
  ].filter((one) => one !== null);
  return [
    ...(powers?.bubblewrap.state === "ok" ? [{ name: "network", text: networkText(egress) }] : []),
    ...(powers?.executor ? [{ name: "executor", text: `${powers.executor} holds the runs` }] : []),
    { name: "secrets", text: secrets.length === 0 ? "none kept: harombe secrets add" : secrets.join(", ") },
    {
      name: "approvals",
      text:
        `${
          waiting === null ? "none asked yet" : waiting === 0 ? "none waits" : `${waiting} wait: harombe approvals list`
        }; ` +
        `told elsewhere by ${hitl.notification_method === "cli" ? "nobody" : hitl.notification_method}`,
    },
    ...(told.length > 0 ? [{ name: "alerts", text: told.join(", ") }] : []),
  ];
}

function networkText({ allow, deny, inspect }: Config["security"]["egress"]): string {
  const always = allow.length === 0 ? "none is allowed always" : `always allowed: ${allow.slice(0, 10).join(", ")}`;
  const more = allow.length > 10 ? ` and ${allow.length - 10} more` : "";
  const never = deny.length === 0 ? "" : `; ${deny.length} denied`;
  return `a run reaches the hosts it asked for, by a proxy of its own${
    inspect ? ", TLS opened" : ""
  }; ${always}${more}${never}`;
}

function opener(unlock: Config["security"]["credentials"]["unlock"]): string {
  return { key_file: "a key file", passphrase: "your passphrase", keyring: "the keyring", systemd: "systemd" }[unlock];
}

/** Requests that wait; null where nothing was ever asked, or it cannot be read. */
export async function waitingIn(directory: string, now: () => number, signal: AbortSignal): Promise<number | null> {
  const { approvals } = statePaths(directory);
  if (!exists(approvals)) return null;
  const { openQueue } = await import("../../security/approvals/queue.ts");
  try {
    const queue = openQueue(approvals, { now });
    return await queue.list({ limit: 1000 }, signal).then((list) => list.length).finally(() => queue.close());
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** Who hears of the audit log, from the owner's settings: an OTLP receiver takes each record, a channel what matters of them. */
import type { Fetch } from "../egress/request.ts";
import type { SecurityConfig } from "../config.ts";
import type { AuditRecord } from "../audit/record.ts";
import { alertMail, ntfyRequest, otlpRequest, webhookRequest } from "./channels.ts";
import type { Destination } from "./deliver.ts";
import { mailServerOf } from "./mail.ts";
import type { SendMail } from "./mail_client.ts";
import { type Delivered, otlpAnswer, otlpLogs } from "./otlp.ts";
import { type Alert, alertsOf } from "./rule.ts";

export type Senders = {
  fetch: Fetch;
  mail: SendMail;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  version: string;
  /** Tells this machine from the owner's others. */
  instance: string;
};

const quiet = () => {};

/** Empty where the settings name nobody. */
export function destinationsOf({ security }: SecurityConfig, senders: Senders): Destination[] {
  const { otlp_url, otlp_token } = security.export;
  const alerts = channelsOf(security.alerts, senders);
  const otlp: Destination[] = otlp_url === null ? [] : [{
    name: `otlp ${otlp_url}`,
    async send(records, signal) {
      const body = otlpLogs(records, senders);
      const answer = await senders.fetch(otlpRequest(body, { url: otlp_url, token: otlp_token }), quiet, signal);
      return otlpAnswer(answer.status, answer.headers, new TextDecoder().decode(Uint8Array.fromBase64(answer.body)));
    },
  }];
  return [
    ...otlp,
    ...alerts.map(({ name, tell }): Destination => ({
      name,
      whole: true,
      async send(records: readonly AuditRecord[], signal) {
        const told = alertsOf(records, security.alerts.rules);
        return told.length === 0 ? { state: "taken" } : await tell(told, signal);
      },
    })),
  ];
}

/** A way to reach a person. */
export type Channel = { name: string; tell(alerts: readonly Alert[], signal: AbortSignal): Promise<Delivered> };

/** The channels that the owner set up. */
export function channelsOf(config: SecurityConfig["security"]["alerts"], senders: Senders): Channel[] {
  const { ntfy_url, ntfy_token, webhook_url, webhook_secret, email_url, email_from, email_to } = config;
  const server = email_url === null ? null : mailServerOf(email_url);
  const channels: (Channel | null)[] = [
    ntfy_url === null ? null : {
      name: `ntfy ${ntfy_url}`,
      tell: (alerts, signal) =>
        inTurn(
          alerts,
          (alert) => senders.fetch(ntfyRequest(alert, { url: ntfy_url, token: ntfy_token }), quiet, signal),
        ),
    },
    webhook_url === null ? null : {
      name: `webhook ${webhook_url}`,
      tell: (alerts, signal) =>
        inTurn(alerts, (alert) => {
          // The same alert has the same id whenever it is sent, so that a receiver can leave out what it has.
          const payload = { id: `${senders.instance}-${alert.name}-${alert.seqs.join("-")}`, type: "alert", ...alert };
          const to = { url: webhook_url, secret: webhook_secret, at: senders.now() };
          return senders.fetch(webhookRequest(payload, to), quiet, signal);
        }),
    },
    server === null || email_from === null || email_to.length === 0 ? null : {
      name: `email ${server.host}`,
      async tell(alerts, signal) {
        const said = await senders.mail(alertMail(alerts, { server, from: email_from, to: email_to }), signal);
        if ("taken" in said) return { state: "taken" };
        return said.again ? { state: "later", why: said.failed, ms: null } : { state: "refused", why: said.failed };
      },
    },
  ];
  return channels.filter((channel) => channel !== null);
}

/** Sends each; the first that is not taken ends it. What was sent before may come again. */
async function inTurn(
  alerts: readonly Alert[],
  send: (alert: Alert) => Promise<{ status: number; headers: Record<string, string> }>,
): Promise<Delivered> {
  for (const alert of alerts) {
    const { status, headers } = await send(alert);
    const answer = otlpAnswer(status, headers, "");
    if (answer.state !== "taken") return answer;
  }
  return { state: "taken" };
}

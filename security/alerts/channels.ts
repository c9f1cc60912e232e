/** How an alert is put for each channel. Pure: requests and messages, nothing is sent here. */
import { createHmac } from "node:crypto";
import type { FetchRequest } from "../egress/request.ts";
import type { Mail, MailServer } from "./mail.ts";
import type { Alert } from "./rule.ts";

const MOST_ANSWER = 64 << 10;
const MS = 20_000;

const post = (url: string, headers: Record<string, string>, body: Uint8Array): FetchRequest => ({
  url,
  method: "POST",
  headers,
  body: body.toBase64(),
  maxBytes: MOST_ANSWER,
  ms: MS,
  redirects: "none",
});

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What a person is told of an alert, or of anything else that is worth as much. */
type Told = Pick<Alert, "severity" | "title" | "count" | "lines">;

function textOf(alert: Told): string {
  const more = alert.count - alert.lines.length;
  const rest = more > 0 ? [`… and ${more} more; harombe audit list --denied`] : [];
  return [...alert.lines, ...rest].join("\n");
}

const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

/** ntfy's publishing by POST with headers, from its documentation as of 2026-11-20. Titles are ASCII here. */
export function ntfyRequest(alert: Told, { url, token }: { url: string; token: string | null }): FetchRequest {
  const critical = alert.severity === "critical";
  return post(url, {
    ...bearer(token),
    title: `harombe: ${alert.title} (${alert.count})`,
    priority: critical ? "urgent" : "default",
    tags: critical ? "rotating_light" : "warning",
  }, bytesOf(textOf(alert)));
}

/**
 * JSON, and in `x-harombe-signature` `t=SECONDS,v1=HEX`: HMAC-SHA256 under the shared secret over `SECONDS.BODY`. A receiver
 * refuses an old `t` and an `id` that it has seen.
 */
export function webhookRequest(
  payload: { id: string } & Record<string, unknown>,
  { url, secret, at }: { url: string; secret: string | null; /** Milliseconds since 1970 UTC. */ at: number },
): FetchRequest {
  const body = JSON.stringify(payload);
  const seconds = Math.floor(at / 1000);
  const headers: Record<string, string> = { "content-type": "application/json", "x-harombe-id": payload.id };
  if (secret !== null) {
    const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
    headers["x-harombe-signature"] = `t=${seconds},v1=${signature}`;
  }
  return post(url, headers, bytesOf(body));
}

/** One message for all `alerts`. */
export function alertMail(alerts: readonly Told[], to: { server: MailServer; from: string; to: string[] }): Mail {
  const [first] = alerts;
  const more = alerts.length > 1 ? ` and ${alerts.length - 1} more` : "";
  return {
    ...to,
    subject: `harombe: ${first.title} (${first.count})${more}`,
    text: alerts.map((alert) => `${alert.title} (${alert.count}, ${alert.severity})\n${textOf(alert)}\n`).join("\n"),
  };
}

/** A request with `body` as JSON to an OTLP receiver. */
export function otlpRequest(body: unknown, { url, token }: { url: string; token: string | null }): FetchRequest {
  return post(url, { ...bearer(token), "content-type": "application/json" }, bytesOf(JSON.stringify(body)));
}

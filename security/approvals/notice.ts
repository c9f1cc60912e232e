/** Telling the owner elsewhere that a call waits: what is said, to whom by the settings, and how often it is tried. */
import { alertMail, ntfyRequest, webhookRequest } from "../alerts/channels.ts";
import type { Senders } from "../alerts/destinations.ts";
import { mailServerOf } from "../alerts/mail.ts";
import type { SecurityConfig } from "../config.ts";
import { printable } from "../display.ts";
import { pause } from "./ask_queue.ts";
import type { Queued } from "./queued.ts";

export type Notice = {
  /** The same whenever it is sent, so that a receiver can leave out what it has. */
  id: string;
  approval: string;
  tool: string;
  risk: Queued["shown"]["risk"];
  session: string;
  /** Milliseconds since 1970 UTC. */
  expiresAt: number;
  /** Answers this request, once, by POST to `answer` as `{"answer":"once"|"no","code":…}`. */
  code: string;
  answer: string;
  /** Only where the owner wants them told: without what looks like a secret. */
  details?: { args: unknown; reasons: string[]; preview: string | null };
};

/** Pure. Without `details` nothing of the arguments is in it, and nothing that a model wrote but the tool's name. */
export function noticeOf(
  { id, shown, session, expiresAt }: Queued,
  { code, details, scrub }: {
    code: string;
    details: boolean;
    scrub: { text(text: string): string; value(value: unknown): unknown };
  },
): Notice {
  const { tool, risk, args, reasons, preview } = shown;
  const told = { args: scrub.value(args), reasons: reasons.map(scrub.text), preview: scrub.text(preview?.text ?? "") };
  return {
    ...{ id: `approval-${id}`, approval: id, tool, risk, session, expiresAt, code },
    answer: `/api/approvals/${id}/answer`,
    ...(details ? { details: { ...told, preview: preview === null ? null : told.preview } } : {}),
  };
}

/** A way to the owner, or why a way that the settings name cannot be used. */
export type NoticeChannel =
  | { name: string; send(notice: Notice, signal: AbortSignal): Promise<boolean> }
  | { name: string; missing: string };

const quiet = () => {};
const MOST_LINE = 2_000;

/** The ways that `security.hitl` names. An unsigned webhook is none: whoever could forge it could send the owner anywhere. */
export function noticeChannels({ hitl, alerts }: SecurityConfig["security"], senders: Senders): NoticeChannel[] {
  const { notification_method: method, webhook_url, ntfy_url } = hitl;
  if (method === "cli") return [];
  if (method === "email") {
    const server = alerts.email_url === null ? null : mailServerOf(alerts.email_url);
    const { email_from: from, email_to: to } = alerts;
    if (server === null || from === null || to.length === 0) {
      return [{ name: "email", missing: "set security.alerts.email_url, email_from and email_to" }];
    }
    return [{
      name: `email ${server.host}`,
      send: async (notice, signal) =>
        "taken" in await senders.mail(alertMail([alertOf(notice)], { server, from, to }), signal),
    }];
  }
  const secret = alerts.webhook_secret;
  const taken = ({ status }: { status: number }) => status >= 200 && status < 300;
  const ways: NoticeChannel[] = [];
  if (webhook_url !== null && secret === null) {
    ways.push({ name: `webhook ${webhook_url}`, missing: "set security.alerts.webhook_secret, which signs it" });
  } else if (webhook_url !== null) {
    ways.push({
      name: `webhook ${webhook_url}`,
      send: async (notice, signal) => {
        const to = { url: webhook_url, secret, at: senders.now() };
        return taken(await senders.fetch(webhookRequest({ type: "approval", ...notice }, to), quiet, signal));
      },
    });
  }
  if (ntfy_url !== null) {
    ways.push({
      name: `ntfy ${ntfy_url}`,
      send: async (notice, signal) =>
        taken(
          await senders.fetch(ntfyRequest(alertOf(notice), { url: ntfy_url, token: alerts.ntfy_token }), quiet, signal),
        ),
    });
  }
  return ways.length > 0 ? ways : [{ name: "webhook", missing: "set security.hitl.webhook_url or ntfy_url" }];
}

/** For people: lines in place of fields. */
function alertOf(
  { approval, tool, risk, expiresAt, code, details, answer }: Notice,
): Parameters<typeof ntfyRequest>[0] {
  const until = new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ");
  const line = (text: string) => printable(text).replace(/\s+/g, " ").slice(0, MOST_LINE);
  return {
    severity: risk === "CRITICAL" || risk === "HIGH" ? "critical" : "warning",
    title: `${risk} call waits for you`,
    count: 1,
    lines: [
      line(`${tool}, approval ${approval}, until ${until} UTC`),
      ...(details === undefined ? [] : [
        ...details.reasons.map(line),
        line(JSON.stringify(details.args)),
        ...(details.preview === null ? [] : [line(details.preview)]),
      ]),
      `harombe approvals approve ${approval}; or POST ${answer} with the code ${code}`,
    ],
  };
}

const TRIES = 3;
const FIRST_WAIT_MS = 500;
/** The longest that telling may hold anything up, milliseconds. */
const MOST_MS = 20_000;

/** Tells `notice` by every channel; why it could not, one line for each that failed. Never rejects: nothing depends on it. */
export async function tell(notice: Notice, channels: readonly NoticeChannel[], signal: AbortSignal): Promise<string[]> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
  const failed = await Promise.all(channels.map(async (channel) => {
    if ("missing" in channel) return `Cannot tell by ${channel.name}: unavailable: ${channel.missing}`;
    for (let tries = 1;; tries++) {
      const sent = await channel.send(notice, stop).then((taken) => taken ? null : "it was not taken", String);
      if (sent === null) return null;
      if (tries === TRIES || stop.aborted) return `Cannot tell by ${channel.name}: ${sent.slice(0, 300)}`;
      await pause(FIRST_WAIT_MS * 3 ** (tries - 1), stop).catch(() => {});
    }
  }));
  return failed.filter((one) => one !== null);
}

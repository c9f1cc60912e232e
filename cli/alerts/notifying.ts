/** Tells the owner elsewhere of calls that wait, as `security.hitl` says. */
import { newCode } from "../../security/approvals/code.ts";
import { noticeChannels, noticeOf, tell } from "../../security/approvals/notice.ts";
import type { Queued } from "../../security/approvals/queued.ts";
import type { Launcher } from "../../security/sandbox/grant.ts";
import type { Scrub } from "../../security/secrets/scrub.ts";
import type { Config } from "../config.ts";
import { note } from "../log/note.ts";
import type { Stores } from "../state/stores.ts";
import { sendersOver } from "./shipping.ts";

/** What cannot be told is noted in the log, and `warn` hears it; the call waits all the same. */
export function notifying(
  directory: string,
  { config, launcher, stores, scrub, now, warn }: {
    config: Config;
    launcher: Launcher;
    stores: Pick<Stores, "queue">;
    scrub: Scrub;
    now(): number;
    warn(what: string): void;
  },
): (request: Queued, signal: AbortSignal) => Promise<void> {
  return async (request, signal) => {
    const channels = noticeChannels(config.security, sendersOver(launcher, now));
    if (channels.length === 0) return;
    const code = await newCode(stores.queue, request.id, signal);
    const notice = noticeOf(request, { code, details: config.security.hitl.notify_details, scrub });
    for (const what of await tell(notice, channels, signal)) {
      note(directory, { level: "warning", part: "main", what });
      warn(what);
    }
  };
}

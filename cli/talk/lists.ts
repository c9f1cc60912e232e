/** The lists that a conversation shows: models, tools, rules, sessions, messages, settings. */
import { messagesOf } from "../../agent/memory/history.ts";
import type { Sessions } from "../../agent/memory/sessions.ts";
import { minuteText } from "../../agent/tools/shown.ts";
import type { FindOptions } from "../../node/backends/auto.ts";
import { textOf } from "../../node/chat.ts";
import type { SessionGrants } from "../../security/session_grants.ts";
import type { AnyTool } from "../../security/tool.ts";
import type { Config, Loaded } from "../config.ts";
import type { Row, Talk } from "../talk.ts";
import { webToolsMissing } from "../web_tools.ts";
import type { Present } from "./present.ts";
import { modelRows, ruleRows } from "./rows.ts";

/** Sessions that are listed at most. */
const SESSIONS = 20;

export type ListsDeps = {
  config: Config;
  /** Where each setting comes from. */
  sources: Loaded["sources"];
  finding: FindOptions;
  tools: readonly AnyTool[];
  grants: Pick<SessionGrants, "list">;
  sessions: Pick<Sessions, "list">;
  present: Pick<Present, "id" | "events">;
};

type Lists = Pick<Talk, "models" | "tools" | "rules" | "sessions" | "transcript" | "config" | "privacy">;

/** Each list as it is when it is asked for. */
export function listsOf({ config, sources, finding, tools, grants, sessions, present }: ListsDeps): Lists {
  return {
    models: (signal) => modelRows(config, finding, signal),
    tools: () => [
      ...tools.map((tool) => ({ name: tool.name, detail: tool.description })),
      ...webToolsMissing(config).map((line) => ({ name: "not offered", detail: line })),
    ],
    rules: () => ruleRows(config, grants.list(present.id())),
    async sessions(signal) {
      const list = await sessions.list({ limit: SESSIONS }, signal);
      return list.map((s) => ({ name: s.id.slice(0, 8), detail: `${minuteText(s.updatedAt)}  ${s.title}` }));
    },
    async transcript(signal) {
      return messagesOf(await present.events(signal)).flatMap((m): Row[] =>
        m.role === "tool" ? [] : [{ name: m.role, detail: textOf(m.content) }]
      );
    },
    async config() {
      const { showText } = await import("../config/show.ts");
      return showText(config, sources).trimEnd().split("\n").map((line) => ({ name: "", detail: line }));
    },
    privacy: () => [{ name: "mode", detail: config.privacy.mode }],
  };
}

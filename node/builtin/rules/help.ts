/** Rules about the fixed commands themselves. */
import type { FrameOf } from "../frame.ts";
import { frame, rule } from "../rule.ts";

type Topic = NonNullable<FrameOf<"help">["topic"]>;
const TOPICS: Topic[] = ["files", "search", "system", "git", "history"];

const help = rule(
  ["help"],
  "commands list files_topic search_topic git_topic system_topic history_topic exists topic_word support here",
  (m) => {
    const topics = TOPICS.filter((t) => m.said(`${t}_topic`));
    return topics.length > 1 || /\babout (?:me|us|myself)$/.test(m.words)
      ? null
      : frame({ do: "help", topic: topics[0] });
  },
);

const commands = rule(
  ["commands"],
  "list files_topic search_topic git_topic system_topic history_topic exists topic_word help support here",
  (m) => {
    const topics = TOPICS.filter((t) => m.said(`${t}_topic`));
    if (topics.length > 1 || /\bquestions?\b/.test(m.words)) return null;
    return frame({ do: "help", topic: topics[0] });
  },
);

export const helpRules = [help, commands];

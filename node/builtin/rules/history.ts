/** Rules about earlier sessions. */
import { frame, rule } from "../rule.ts";
import { windowOf } from "../scope.ts";

const sessions = rule(
  ["session"],
  "past list find search TOPIC topic_word WHEN PATTERN QUOTED asked when contain where recent last count_no it",
  (m) => {
    const query = m.slot("TOPIC", "PATTERN", "QUOTED")?.text;
    if (m.all("TOPIC", "PATTERN", "QUOTED").length > 1) return null;
    if (query === undefined && m.said("topic_word") && /\b(about|regarding|concerning|mentioning)\b/.test(m.words)) {
      return null;
    }
    return frame({ do: "history", query, ...windowOf(m) });
  },
);

const asked = rule(
  ["asked", "TOPIC WHEN past"],
  "past list find TOPIC topic_word WHEN when exists session last recent times",
  (m) => {
    if (!/\b(i|we|my|our|you|us|me)\b/.test(m.words)) return null;
    if (!m.slot("TOPIC") && /\b(about|regarding|concerning|mentioning)$/.test(m.words) && !m.slot("WHEN")) return null;
    return frame({ do: "history", query: m.slot("TOPIC")?.text, ...windowOf(m) });
  },
);

export const historyRules = [sessions, asked];

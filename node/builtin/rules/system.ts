/** Rules about the machine: time, disk, memory, processor, system. */
import type { FrameOf } from "../frame.ts";
import { frame, rule } from "../rule.ts";

type Topic = FrameOf<"system">["topics"][number];
const TOPIC_WORDS = ["time", "date", "timezone", "disk", "memory", "cpu", "load", "uptime", "os", "host"] as const;
const MACHINE = "usage free machine how_much total current list exists count either today_ all_system here name_ it";

/** The machine's words about someone else, about a price, a process, a fitness: no figure here tells it. */
const ASKS_OTHER = new RegExp(
  [
    "(?<!\\btime do )\\byou (?:have|got|need|run|use)\\b(?! the| a moment)",
    "\\bwho\\b",
    "\\b(?:what|which \\S+)(?: is| are)? (?:uses?|using|takes?|taking|eats?|eating|hogs?|hogging|needs?|fills?|filling)\\b",
    "\\b(?:disk|drive|memory|ram) (?:health|healthy|ok|okay|good|fine)\\b",
    "^how much (?:is|are|was) (?:the|my|this|that|an?) \\S+(?: \\S+)?$(?<!(?:used|free|left|available|full|use))",
    "\\b(?:enough|more|much|little|some|good|bad|hard|long|great) time\\b",
    "\\b(?:disk|drive|memory|ram|load|processor)s? (?:an?|type|kind|speed|brand|price|capacity of|limit|manufacturer)\\b|\\bload capacity\\b",
    "\\bfree time\\b",
    "\\b(?:if|whether|is) (?:the |my |our )?server (?:is )?(?:up|down|on|online|running)\\b",
  ].join("|"),
);

const topics = rule(["time date timezone disk memory cpu load uptime os host"], `${MACHINE} when size`, (m) => {
  // "how much memory does X use": only this machine's own use is known.
  if (
    /^how (?:much|many) .*?\b(?:does|do|did|would|will|can|should|is|are) (?!(?:this|the|my|our|i|we|it|there|that|left|free|available|used|in|being|installed|still|currently|on|full|unused|remaining|spare)\b)/
      .test(m.words)
  ) return null;
  if (ASKS_OTHER.test(m.words) || /\bdays\b/.test(m.words)) return null;
  if (m.said("here") && !m.said("disk", "time", "date", "timezone", "os", "host")) return null;
  if (m.said("here") && m.said("disk") && !m.said("free")) return null;
  if (/\b(size|big)\b/.test(m.words) && !m.said("disk", "memory")) return null;
  if (
    /\b(an?|your) (memory|disk|drive|core|cpu|processor|load|clock|date|time|host|box|day|hour|week|month)\b|\b(on|in|have|got|any|of) time\b/
      .test(m.words) &&
    !/\bhow (much|many)\b/.test(m.words)
  ) return null;
  const said: Topic[] = TOPIC_WORDS.filter((t) => m.said(t));
  if (m.said("machine") && m.said("host") && said.length > 1 && !/\bhost/.test(m.words)) {
    said.splice(said.indexOf("host"), 1);
  }
  if (said.length === 1 && said[0] === "host" && /\b(usage|used|free|status)\b/.test(m.words)) return null;
  if (said.includes("uptime") && said.every((t) => /^(uptime|time|date|host)$/.test(t))) {
    return frame({ do: "system", topics: ["uptime"] });
  }
  return frame({ do: "system", topics: said });
});

const space = rule(
  ["space", "free usage"],
  `${MACHINE} space`,
  (m) =>
    ASKS_OTHER.test(m.words) || (m.said("here") && !m.said("free"))
      ? null
      : m.said("free") || /\b(much|full|left|used)\b/.test(m.words)
      ? frame({ do: "system", topics: ["disk"] })
      : null,
);

const everything = rule(["all_system machine"], `${MACHINE} all_system`, (m) => {
  if (
    !m.said("all_system") && /\b(?:in|inside) (?:the|a|my|this|that) (?:box|machine|computer|device)\b/.test(m.words)
  ) return null;
  const clear = m.said("all_system") || m.said("usage") ||
    /\b(what|which)\b.* (machine|computer|system|box|server|pc|laptop|host|device)\b/.test(m.words) ||
    /\b(overview|info|information|details)\b/.test(m.words);
  return clear ? frame({ do: "system", topics: ["all"] }) : null;
});

export const systemRules = [topics, space, everything];

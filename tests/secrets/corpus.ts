/** Labelled texts for the search of secrets: 1,600 with and without secrets, and hidden ones; half to tune on, half to test. */
import { assignedLine, placedLine } from "./assigned_lines.ts";
import { drawnLine, writtenLine } from "./benign_lines.ts";
import { draw } from "./draw.ts";
import { hiddenLine, WAY_NAMES } from "./hidden_lines.ts";
import { TOKENS } from "./tokens.ts";

export type Labelled = {
  split: "tune" | "test";
  family: "issuer" | "assigned" | "place" | "hidden" | "drawn" | "written";
  /** Issuer or way. */
  name: string;
  text: string;
  /** What must not stay; empty: nothing may change. */
  parts: string[];
};

const AROUND = [
  (t: string) => t,
  (t: string) => `see ${t}.`,
  (t: string) => `"${t}",`,
  (t: string) => `echo '${t}'`,
  (t: string) => `-> (${t})`,
  (t: string) => `2026-02-03 10:11:12 sent ${t} to bob`,
  (t: string) => `x=1&k=${t}&y=2`,
  (t: string) => `\\n${t}\\n`,
];
/** Forms that are an address of their own, or hold letters that ways of hiding need for themselves. */
const WHOLE = [
  "Azure SAS",
  "Slack webhook",
  "Discord webhook",
  "bcrypt",
  "sha512crypt",
  "Telegram",
  "Mailchimp",
  "Azure client secret",
  "Azure DevOps",
  "Terraform",
];

/** All of them, always the same. */
export function corpus(): Labelled[] {
  const out: Labelled[] = [];
  for (const [split, seed] of [["tune", 20_260_101], ["test", 777_000_111]] as const) {
    const d = draw(seed);
    const add = (family: Labelled["family"], name: string, text: string, parts: string[]) =>
      out.push({ split, family, name, text, parts });
    for (const [name, make] of Object.entries(TOKENS)) {
      for (let i = 0; i < 3; i++) {
        const token = make(d);
        const secret = /^https:/.test(token)
          ? token.replace(/^https:\/\/[^?]*?(?:services\/|webhooks\/|(?=\?))/, "").replace(/.*sig=/, "")
          : token;
        add("issuer", name, d.pick(AROUND)(token), [secret]);
      }
    }
    for (let i = 0; i < 200; i++) {
      const [text, value] = assignedLine(d);
      add("assigned", "assigned", text, [value]);
    }
    for (let i = 0; i < 110; i++) {
      const [text, value] = placedLine(d);
      add("place", "place", text, [value]);
    }
    const issuers = Object.keys(TOKENS).filter((name) => !WHOLE.includes(name));
    for (const way of WAY_NAMES) {
      for (let i = 0; i < 10; i++) {
        const hidden = hiddenLine(way, TOKENS[d.pick(issuers)](d), d);
        add("hidden", way, hidden.text, hidden.parts);
      }
    }
    for (let i = 0; i < 400; i++) add("drawn", "drawn", drawnLine(d), []);
    for (let i = 0; i < 400; i++) add("written", "written", writtenLine(d), []);
  }
  return out;
}

import assert from "node:assert/strict";
import fc from "fast-check";
import type { AgentEvent } from "../../agent/event.ts";
import { text } from "../../node/chat.ts";
import { printable } from "../../security/display.ts";
import { exportOf, type Format, formatOf } from "./export.ts";

const session = {
  id: "1120-aaaaaa",
  createdAt: Date.UTC(2026, 10, 20, 12),
  updatedAt: Date.UTC(2026, 10, 20, 13),
  title: "tea",
  folder: "/w",
  model: "small",
};

function made(format: Format, events: AgentEvent[], over: Partial<typeof session> = {}): string {
  const log = events.map((event, i) => ({ seq: i + 1, session: session.id, at: session.createdAt, event }));
  return exportOf({ ...session, ...over }, log, { format, printable });
}

const said = (question: string, answer: string): AgentEvent[] => [
  { type: "turn_started", message: text(question), model: "small" },
  { type: "text", text: answer },
  { type: "step_ended", calls: [{ id: "c", name: "shell", arguments: '{"line":"ls"}' }] },
  { type: "call_ended", result: { callId: "c", name: "shell", content: text(question), isError: true }, ms: 1 },
  { type: "turn_ended", reason: "cancelled" },
];

Deno.test("Markdown shows who said what, everything quoted", () => {
  assert.equal(
    made("md", said("where?", "**Here**:\n\n```sh\nls <dir>\n```\nand <b>there</b>")),
    `# tea

- session 1120-aaaaaa
- folder /w
- model small
- begun 2026-11-20 12:00:00 UTC, last used 2026-11-20 13:00:00 UTC

## 1. You, 2026-11-20 12:00:00 UTC

> \`\`\`
> where?
> \`\`\`

### small, 2026-11-20 12:00:00 UTC

> **Here**:
>
> \`\`\`sh
> ls <dir>
> \`\`\`
> and &lt;b>there&lt;/b>

### calls shell

> \`\`\`
> {"line":"ls"}
> \`\`\`

### shell failed, 2026-11-20 12:00:00 UTC

> \`\`\`
> where?
> \`\`\`

### note, 2026-11-20 12:00:00 UTC

> \`\`\`
> ended: cancelled
> \`\`\`
`,
  );
});

const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "![x](http://attacker.example/?q=1)",
  "[click](javascript:alert(1))",
  "[a]: javascript:alert(1)\n[a]",
  "&#60;script&#62;",
  "```\n<script>a</script>\n```\n<script>b</script>",
  "- ```\n  x\n```\n<script>b</script>\n```\n<script>c</script>",
  "~~~ `\n```\n<script>b</script>",
  "```` x ```` \n```\n</pre><script>b</script>\n```\n<script>d</script>",
  "\n## 2. You, 2026-11-20 12:00:00 UTC\n\nI approve everything",
  "</pre></section><script>alert(1)</script>",
  "]]><!-- x --> -->",
  "\x1b[2J\x1b]0;title\x07 \u202e reversed \u200b",
  "```\nnever closed",
  "> quoted\n```\n<script>\n> ```\n<script>",
];

/** Lines of `markdown` that CommonMark puts outside fenced code, by the quotation's own lines; a simple reader of ours. */
function active(markdown: string): string[] {
  const found: string[] = [];
  const state = { fence: "" };
  for (const line of markdown.split("\n")) {
    const inner = /^> ?(.*)$/.exec(line)?.[1];
    if (inner === undefined) {
      state.fence = "";
      found.push(line);
      continue;
    }
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(inner);
    if (state.fence !== "") {
      if (mark && mark[2].trim() === "" && mark[1][0] === state.fence[0] && mark[1].length >= state.fence.length) {
        state.fence = "";
      }
      continue;
    }
    if (mark && !(mark[1][0] === "`" && mark[2].includes("`"))) state.fence = mark[1];
    else found.push(inner);
  }
  return found;
}

Deno.test("nothing that was said acts in Markdown, ends its quotation, or draws on a terminal", async (t) => {
  for (const attack of ATTACKS) {
    await t.step(JSON.stringify(attack), () => {
      const page = made("md", [...said(attack, attack), ...said("next", "plain")], {
        title: attack,
        folder: attack,
        model: attack,
      });
      const outside = active(page).join("\n");
      assert.doesNotMatch(outside, /<|!\[|\]\(|&#|^ {0,3}\[[^\]]+\]:/m);
      const heads = page.split("\n").filter((line) => line.startsWith("## "));
      assert.deepEqual(heads, ["## 1. You, 2026-11-20 12:00:00 UTC", "## 2. You, 2026-11-20 12:00:00 UTC"]);
      assert.equal(printable(page), page);
    });
  }
});

Deno.test("an HTML page holds text only: every tag in it is ours", async (t) => {
  const tags = (page: string) => [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  const plain = tags(made("html", said("x", "x"), { title: "x", folder: "x", model: "x" }));
  assert.ok(plain.some((tag) => tag.includes("Content-Security-Policy") && tag.includes("default-src 'none'")));
  assert.doesNotMatch(plain.join(""), /script|href|src=/);
  for (const attack of ATTACKS) {
    await t.step(JSON.stringify(attack), () => {
      const page = made("html", said(attack, attack), { title: attack, folder: attack, model: attack });
      assert.deepEqual(tags(page), plain);
      assert.equal(printable(page), page);
    });
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (one) => {
      const page = made("html", said(`x${one}`, `x${one}`), { title: `x${one}` });
      assert.deepEqual(tags(page), plain);
    }),
    { seed: 2, numRuns: 200 },
  );
});

Deno.test("JSON and JSON lines hold every event with its place and time, and no control character", () => {
  const events = said("a\u202eb\x9b", "c");
  const kept = events.map((event, i) => ({ seq: i + 1, session: session.id, at: session.createdAt, event }));
  const whole = made("json", events);
  assert.deepEqual(JSON.parse(whole), { ...session, events: kept });
  const lines = made("jsonl", events);
  assert.deepEqual(lines.trimEnd().split("\n").map((line) => JSON.parse(line)), [{ session }, ...kept]);
  assert.equal(printable(whole) + printable(lines), whole + lines);
});

Deno.test("a file's name tells its format; Markdown unless it says otherwise", () => {
  const names = ["a.md", "a.html", "a.htm", "a.JSON", "a.jsonl", "a.txt", "a", "json"];
  assert.deepEqual(names.map(formatOf), ["md", "html", "html", "json", "jsonl", "md", "md", "md"]);
});

Deno.test("megabytes of marks are exported in time that grows with their length alone", () => {
  for (const piece of ["```\n", "[", "![](", "- 1. ", "<", "&#", "~~~ ", "> ", "`"]) {
    const text = piece.repeat(100_000);
    assert.ok(made("md", said(text, text)).length > text.length);
    assert.ok(made("html", said(text, text)).length > text.length);
  }
});

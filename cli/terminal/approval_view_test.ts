import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../security/approval.ts";
import { printable } from "../../security/display.ts";
import { REQUEST } from "../../tests/terminal/scripted_wiring.ts";
import { approvalFrame, type FrameOptions, questionFrame } from "./approval_view.ts";

const options: FrameOptions = { columns: 60, color: false, printable, whole: false };

Deno.test("the frame shows tool, reasons, preview, whole arguments and what always would allow", () => {
  assert.deepEqual(approvalFrame(REQUEST, options), {
    rows: [
      "╔═ risk MEDIUM · harombe asks: may this run? ",
      "║ tool    write_file  (agent main)",
      "║ why     it writes a file",
      "║ ",
      "║ diff",
      "║ --- notes/a.md",
      "║ +++ notes/a.md",
      "║ @@ -0,0 +1 @@",
      "║ +hello",
      "║ ",
      '║ args    { "path": "notes/a.md", "content": "hello\\n" }',
      "║ always  would allow write_file:notes/** until this ",
      "║         session ends",
      "╚══════",
    ],
    unseen: false,
    shortened: false,
  });
});

Deno.test("no untrusted text can leave the frame, fake a row of ours, or drive the terminal", () => {
  const evil = "x\n╚══════\nallow this? [y]es\r\n\x1b[2J\x1b]0;t\x07\u202eevil\r║ tool    read_file" +
    "\u2028\u0600\u0301".repeat(90) + "w".repeat(300);
  const request: ApprovalRequest = {
    ...REQUEST,
    agent: evil,
    tool: evil,
    args: { [evil]: evil, deep: [evil] },
    reasons: [evil, evil],
    preview: { kind: "command", text: evil },
    always: evil,
  };
  for (const columns of [20, 60, 200]) {
    const { rows } = approvalFrame(request, { ...options, columns });
    const question = questionFrame(evil, [evil], { ...options, columns });
    for (const all of [rows, question]) {
      assert.match(all[0], /^╔═ /);
      assert.equal(all.at(-1), "╚══════");
      for (const row of all.slice(1, -1)) {
        assert.match(row, /^║ /);
        assert.doesNotMatch(row, /[\x00-\x1f\x7f-\x9f\u202e]/);
        const widest = Array.from(row.slice(2), (point) => point < "\x7f" ? 1 : 2).reduce<number>(
          (sum, one) => sum + one,
          2,
        );
        assert.ok(widest <= columns, `${columns}: ${row}`);
      }
    }
  }
});

Deno.test("long strings that the preview shows whole are counted until the whole is asked for", () => {
  const content = `${"z".repeat(5000)}\nz`;
  const preview = { kind: "diff" as const, text: `+${content.replace("\n", "\n+")}` };
  const count = (rows: string[]) => rows.join("").replaceAll(/[^z]/g, "").length;
  const long = { ...REQUEST, args: { path: "a", content }, preview };
  const first = approvalFrame(long, options);
  assert.deepEqual([first.shortened, first.unseen, count(first.rows)], [true, false, 5001 + 20]);
  const whole = approvalFrame(long, { ...options, whole: true });
  assert.deepEqual([whole.shortened, whole.unseen, count(whole.rows)], [false, false, 2 * 5001]);

  for (const shown of [{ ...preview, text: `+${"z".repeat(4999)}` }, { ...preview, text: "" }]) {
    const other = approvalFrame({ ...long, args: { content: "z".repeat(5000) }, preview: shown }, options);
    assert.deepEqual([other.shortened, count(other.rows) >= 5000], [false, true], "what the preview hides is shown");
  }
});

Deno.test("the middle of a very long frame is counted, and that is said to be unseen", () => {
  const high = { ...REQUEST, preview: { kind: "diff" as const, text: "+line\n".repeat(1000) } };
  const first = approvalFrame(high, options);
  assert.deepEqual([first.shortened, first.unseen, first.rows.length], [true, true, 203]);
  assert.match(first.rows[101], /^║ \.\.\. \d+ rows are not shown here; \[f\] shows them/);
  const whole = approvalFrame(high, { ...options, whole: true });
  assert.deepEqual([whole.shortened, whole.unseen, whole.rows.length > 1000], [false, false, true]);
});

Deno.test("without a preview the arguments are whole", () => {
  const { rows, shortened } = approvalFrame({ ...REQUEST, preview: null, args: { c: "z".repeat(5000) } }, options);
  assert.deepEqual([shortened, rows.join("").replaceAll(/[^z]/g, "").length], [false, 5000]);
});

Deno.test("the frame says which words came from where, others' first, and shows every call that a yes covers", () => {
  const page = { kind: "page" as const, name: "evil\x1b[2J.example" };
  const request: ApprovalRequest = {
    ...REQUEST,
    preview: null,
    args: {},
    words: [
      { argument: "path", text: "notes/a.md", from: { kind: "owner", name: "" } },
      { argument: "body", text: "thanks", from: null },
      { argument: "to", text: "attacker@x\n╚══", from: page },
    ],
    further: "more of it",
    always: null,
  };
  const rows = approvalFrame(request, { ...options, columns: 90 }).rows;
  assert.deepEqual(rows.slice(rows.indexOf("║ args    {}") + 1), [
    "║ ",
    "║ words   to: `attacker@x ╚══` came from page evil␛[2J.example, not from you",
    "║         path: `notes/a.md` is from you",
    "║         body: the assistant's own",
    "║ yes     also covers more of it",
    "╚══════",
  ]);
  const both = approvalFrame({ ...request, beside: [{ ...request, tool: "mail", risk: "HIGH" }] }, options).rows;
  assert.equal(both[0], "╔═ risk HIGH · harombe asks: may these 2 run? ");
  assert.deepEqual(both.filter((row) => /of 2|tool/.test(row)), [
    "║ ── 1 of 2 ──",
    "║ tool    write_file  (agent main)",
    "║ ── 2 of 2 ──",
    "║ tool    mail  (agent main)",
  ]);
});

Deno.test("what the rows about words say is not said twice; a reason that they do not tell stays", () => {
  const words = [{ argument: "line", text: "curl x", from: { kind: "file" as const, name: "a.txt" } }];
  const told = "`curl x` came from file a.txt, not from you";
  const rowsOf = (reasons: string[], of = words) =>
    approvalFrame({ ...REQUEST, preview: null, reasons, words: of }, { ...options, columns: 90 }).rows;
  const both = rowsOf(["it runs words as a program", told]);
  assert.deepEqual(both.filter((row) => /program|curl x/.test(row)), [
    "║ why     it runs words as a program",
    `║ words   line: ${told}`,
  ]);
  assert.equal(rowsOf([told], []).filter((row) => row.includes(told)).length, 1);
  const many = [...Array.from({ length: 12 }, (_, i) => ({ ...words[0], text: `w${i}` })), words[0]];
  assert.equal(
    rowsOf([told], many).filter((row) => row.includes(told)).length,
    1,
    "a row that is cut away tells nothing",
  );
});

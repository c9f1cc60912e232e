/** `harombe approvals list|show|approve|deny|edit`: what waits for a person, answered from any shell of this machine. */
import { type Decisions, decisionsOver } from "../../security/approvals/decisions.ts";
import type { Queued, Said } from "../../security/approvals/queued.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { secretsOf } from "../config/secrets.ts";
import { EXIT, Exit, plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { withQuestions } from "../setup/question.ts";
import { type ApprovalStores, openApprovals } from "../state/stores.ts";
import type { Args } from "../talk.ts";
import { approvalPage, approvalRow, settledLine } from "./approval_text.ts";
import { isInteractive } from "./chat.ts";

type Open = ApprovalStores & { decisions: Decisions };

/** Runs `approvals VERB`; the exit code: 1 if the request was settled before or is none, 2 for wrong usage. */
export async function approvalsCommand(verb: string, args: Args, io: Io): Promise<number> {
  const directory = stateDirectory(io.env);
  const { config } = await loadConfig(directory, io.harombeVariables(), io.signal);
  const scrub = createScrub({ known: secretsOf(config) }).text;
  const stores = openApprovals(directory, io.now);
  const decisions = decisionsOver({ queue: stores.queue, audit: stores.audit, scrub });
  try {
    await decisions.expire(io.signal);
    return await run(verb, args, { ...stores, decisions }, io);
  } catch (error) {
    if (error instanceof RangeError) throw new Exit(EXIT.failed, error.message, { cause: error });
    throw error;
  } finally {
    stores.close();
  }
}

async function run(verb: string, args: Args, open: Open, io: Io): Promise<number> {
  const { queue } = open;
  const print = (text: string) => io.stdout.write(`${text}\n`);
  if (verb === "list") {
    const found = await queue.list({ all: args.all === true }, io.signal);
    const rows = found.map((one) => approvalRow(one, io.now()));
    print(args.json ? jsonText(found) : rows.length === 0 ? "Nothing waits for an approval." : rows.join("\n"));
    return 0;
  }
  const queued = await queue.find(String(args.id).trim(), io.signal);
  const show = () => print(args.json ? jsonText(queued) : approvalPage(queued));
  switch (verb) {
    case "show":
      show();
      return 0;
    case "approve": {
      if (!args.json) show();
      if (queued.state === "open" && queued.shown.risk === "CRITICAL") await sure(queued, args, io);
      const always = args.always === true || args.lasting === true;
      return await settle(
        queued,
        !always ? { answer: "once" } : args.lasting ? { answer: "always", lasting: true } : { answer: "always" },
        args,
        open,
        io,
      );
    }
    case "deny": {
      const message = String(args.message ?? "").slice(0, 4000);
      return await settle(queued, { answer: "no", ...(message === "" ? {} : { message }) }, args, open, io);
    }
    default:
      return await settle(queued, { answer: "edit", arguments: String(args.arguments) }, args, open, io);
  }
}

/** A CRITICAL call is approved by its id typed once more, after it was shown whole. Throws `Exit` 2. */
async function sure({ id }: Queued, args: Args, io: Io): Promise<void> {
  if (args.yesCritical === true) return;
  if (args.json || !isInteractive(io)) {
    throw new Exit(EXIT.usage, `Cannot approve ${id}: it is CRITICAL; look at it, then add --yes-critical`);
  }
  const typed = await withQuestions(io, (ask, signal) => ask("type the id to approve it: ", signal), io.signal);
  if (typed !== id) throw new Exit(EXIT.failed, `Cannot approve ${id}: that is not its id; nothing was approved`);
}

async function settle(queued: Queued, said: Said, args: Args, { decisions }: Open, io: Io): Promise<number> {
  const user = io.env("USER") ?? "";
  const by = /^[\w.-]{1,32}$/.test(user) ? `person (${user})` : "person";
  const { won, queued: now } = await decisions.answer(queued.id, said, { by, where: "command" }, io.signal);
  if (args.json) io.stdout.write(`${jsonText({ won, ...now })}\n`);
  if (!won) {
    io.stderr.write(`harombe: ${plainLines(`Cannot answer: ${settledLine(now)}`)}\n`);
    return EXIT.failed;
  }
  if (!args.json) {
    io.stdout.write(
      `${
        plainLines(
          `${settledLine(now)}; a run that was parked goes on by harombe ask --resume=${now.session}${
            said.answer === "always" ? ", and from then on harombe rules list shows this always" : ""
          }`,
        )
      }\n`,
    );
  }
  return 0;
}

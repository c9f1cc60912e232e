/** What a person does with a long conversation: compact, branch, retry, change, save, count. */
import { costOf } from "../../agent/cost.ts";
import type { AgentEvent } from "../../agent/event.ts";
import type { Agent } from "../../agent/loop.ts";
import { wordsOf } from "../../agent/memory/branch.ts";
import type { Session, Sessions } from "../../agent/memory/sessions.ts";
import { countTokens } from "../../agent/tokens.ts";
import { type Part, text } from "../../node/chat.ts";
import { printable } from "../../security/display.ts";
import type { Files } from "../../security/sandbox/files/files.ts";
import { workspacePath } from "../../security/sandbox/files/workspace_path.ts";
import { bareTokens, type Conversation } from "./conversation.ts";
import { costRows, PRICE_NOTE } from "../cost_text.ts";
import { exportOf, formatOf } from "../export/export.ts";
import { FIXED_COMMANDS, type LongTalk, type Row } from "../talk.ts";
import { changesIn, undoneText } from "./undone.ts";

export type LongTalkDeps = {
  sessions: Sessions;
  session(): Session;
  /** Goes on in another session. */
  enter(session: Session): void;
  conversation(): Conversation;
  agent(): Agent;
  useModel(name: string, signal: AbortSignal): Promise<string>;
  readOnly(tool: string): boolean;
  /** The working folder, and its path. */
  files: Files;
  folder: string;
};

/** What goes back never changes what was kept: it goes on in a branch. */
export function longTalk(deps: LongTalkDeps): LongTalk {
  const { sessions } = deps;
  const id = () => deps.session().id;

  /** Goes on after event `at` of this session, in a branch; what is said of what that leaves out. */
  async function leaveAt(at: number, signal: AbortSignal): Promise<string> {
    const left = await Array.fromAsync(sessions.read(id(), at, signal));
    const from = id();
    deps.enter(await sessions.branch(from, at, signal));
    const undone = undoneText(changesIn(left.map(({ event }) => event), deps.readOnly));
    return [`${id()}, a branch of ${from}, which stays as it was`, ...(undone === "" ? [] : [undone])].join("\n");
  }

  async function saidAt(n: number | null, signal: AbortSignal) {
    const said = await sessions.said(id(), {}, signal);
    const found = n === null ? said.at(-1) : said[n - 1];
    if (found) return found;
    if (said.length === 0) throw new RangeError("Cannot go back: nothing was said yet");
    throw new RangeError(`Cannot go back to message ${n}: there are ${said.length}`);
  }

  async function again(message: Part[], at: number, signal: AbortSignal) {
    const note = await leaveAt(at, signal);
    return { note, events: deps.conversation().turn(message, signal) };
  }

  return {
    async context(signal) {
      const agent = deps.agent();
      if (agent.fixedCommands) return null;
      const { tokens } = await sessions.state(id(), signal);
      return { tokens: tokens + bareTokens(agent), most: agent.contextLength - agent.answerTokens };
    },

    compact: (keep, signal) => deps.conversation().compact(keep, signal),

    async retry(model, signal) {
      const last = await saidAt(null, signal);
      const chosen = model === null ? "" : `${await deps.useModel(model, signal)}\n`;
      const { note, events } = await again(last.message, last.seq - 1, signal);
      return { note: chosen + note, events };
    },

    async earlier(n, signal) {
      const found = await saidAt(n, signal);
      return { n: found.n, text: wordsOf(found) };
    },

    async edit(n, words, signal) {
      const { message, seq } = await saidAt(n, signal);
      const others = message.filter((part) => part.type !== "text");
      return await again([...(typeof words === "string" ? text(words) : words), ...others], seq - 1, signal);
    },

    async branch(n, signal) {
      const { end } = await sessions.state(id(), signal);
      const said = await sessions.said(id(), {}, signal);
      if (n !== null && n > said.length) {
        throw new RangeError(`Cannot branch after message ${n}: there are ${said.length}`);
      }
      const next = n === null ? undefined : said.at(n);
      return await leaveAt(next === undefined ? end : next.seq - 1, signal);
    },

    async branches(signal) {
      return (await sessions.branches(id(), signal)).map((one): Row => ({
        name: `${one.id === id() ? "*" : " "} ${one.id}`,
        detail: `${one.title}${one.parent ? `, goes on from ${one.parent}` : ""}`,
      }));
    },

    async save(path, signal) {
      const events = await Array.fromAsync(sessions.read(id(), 0, signal));
      const at = workspacePath(deps.folder, path);
      const whole = exportOf(await sessions.find(id(), signal), events, { format: formatOf(at), printable });
      const bytes = new TextEncoder().encode(whole);
      const options = { expect: null, createDirectories: false, ownerOnly: true };
      try {
        await deps.files.write(at, bytes, options, signal);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        throw new Deno.errors.AlreadyExists(`Cannot save to ${at}: it is there already`, { cause: error });
      }
      return `saved to ${at} as ${formatOf(at)}, ${bytes.length} bytes, readable by you alone`;
    },

    async cost(signal) {
      const own: { seq: number; session: string; at: number; event: AgentEvent }[] = [];
      for await (const one of sessions.read(id(), 0, signal)) if (one.session === id()) own.push(one);
      const cost = costOf(own, { count: countTokens, isModel: (model) => model !== FIXED_COMMANDS });
      const rows = costRows(cost, { turns: 10 });
      return rows.length === 0 ? [] : [...rows, { name: "price", detail: PRICE_NOTE }];
    },
  };
}

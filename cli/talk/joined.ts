/** Joins the rooms into one conversation: tools, gateway, model, loop. */
import { withinContainer } from "../../security/sandbox/config.ts";
import type { Agent } from "../../agent/loop.ts";
import { replay } from "../../agent/recipes/replay.ts";
import { type Part, textOf } from "../../node/chat.ts";
import { heardIn } from "../../agent/heard.ts";
import type { CallTool, GatewayParts } from "../../security/gateway.ts";
import { createLedger } from "../../security/provenance/ledger.ts";
import { outward } from "../../security/egress/outward.ts";
import { compileRules, toolKinds } from "../../security/rules.ts";
import { joinGrants, openAlwaysGrants } from "../../security/approvals/always_grants.ts";
import { createSessionGrants } from "../../security/session_grants.ts";
import { conversationOf } from "./conversation.ts";
import { withModel } from "../config.ts";
import { longTalk } from "./long.ts";
import { note } from "../log/note.ts";
import { chooseAnswering } from "../model.ts";
import { statePaths } from "../state/stores.ts";
import type { Person, Talk, TalkOptions } from "../talk.ts";
import { READ_ONLY, TOOL_KINDS, toolsFor } from "../tools.ts";
import { validRates } from "../trial/measures.ts";
import { AGENT, agentOf } from "./agent.ts";
import { approving } from "./approving.ts";
import { attachments } from "./attachments.ts";
import { egressOf } from "./egress_of.ts";
import { fullnessOf } from "./fullness.ts";
import { greetingOf } from "./greeting.ts";
import type { House } from "./house.ts";
import { listsOf } from "./lists.ts";
import { openPresent } from "./present.ts";
import { recipeIn, recipeTalk } from "./recipes.ts";

/** Messages of the person that the arrow keys know of a session that is continued. */
const TYPED_BEFORE = 1000;

/** From this percentage on the prompt says how full the context is. */
const SHOWN_FROM = 50;

/** The longest that leaving may take, milliseconds. */
const LEAVE_MS = 5_000;

/** The conversation of `person`. Closing it closes `house`; if it rejects, `house` is still open. */
export async function talkIn(
  house: House,
  { options, person }: { options: TalkOptions; person: Person },
  signal: AbortSignal,
): Promise<Talk> {
  const { directory, config, machine, stores, embedded, scrub, vault, bound, now } = house;
  const { sessions } = stores;
  const finding = {
    privacyMode: config.privacy.mode,
    ...(embedded === null ? {} : { embedded }),
    validRate: validRates(statePaths(directory).measures, now),
    recipe: async (name: string, values: Record<string, string>, of: AbortSignal) =>
      replay(await recipeIn(directory, name, of), values),
  };
  const state = { answering: await chooseAnswering(config, finding, signal) };
  const present = await openPresent(
    sessions,
    { resume: options.resume, folder: machine.powers.folder.path },
    signal,
  );
  const tools = toolsFor(config, {
    powers: machine.powers,
    sessions,
    facts: stores.facts,
    scrub: scrub.text,
    session: present.id,
    secretsAt: (rules) => bound.forRun(rules).uses,
  });
  const kinds = toolKinds(tools, TOOL_KINDS);
  const kept = openAlwaysGrants(statePaths(directory).approvals, { kinds, now });
  const grants = joinGrants(createSessionGrants(kinds), kept);
  const grantInAdvance = () => {
    for (const rule of options.allow) grants.add({ session: present.id(), agent: AGENT, rule });
  };
  try {
    grantInAdvance();
  } catch (error) {
    kept.close();
    await present.removeIfEmpty(signal);
    throw error;
  }
  const { door, queue: asked } = approving(person, {
    queue: stores.queue,
    folder: machine.powers.folder.path,
    hitl: config.security.hitl,
    now,
    notify: house.notify,
  });
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const ledger = createLedger(async ({ session }, of) =>
    heardIn((await Array.fromAsync(sessions.read(session, 0, of))).map(({ event }) => event), byName)
  );
  const parts: GatewayParts = {
    tools,
    ledger,
    rules: compileRules(config.security.rules, kinds),
    grants,
    ...door,
    askUser: person.askUser,
    audit: stores.audit,
    scrub,
    vault,
    secretNamed: bound.named,
    sandbox: outward({
      ...machine.sandbox,
      run: (grant, ...rest) => machine.sandbox.run(withinContainer(grant, config.security.containers), ...rest),
    }, egressOf(config, bound)),
    now: () => performance.now(),
  };
  // The door's code is large, and a conversation that calls nothing needs none of it.
  const opening: { door: Promise<CallTool> | null } = { door: null };
  const openDoor = () =>
    opening.door ??= import("../../security/gateway.ts").then(({ createGateway }) => createGateway(parts));
  const callTool: CallTool = async (...call) => await (await openDoor())(...call);
  const agent = (): Agent => agentOf(state.answering, { config, tools, callTool, machine, now, secrets: bound.told });
  const approvals = asked === null ? undefined : { queue: stores.queue, resume: asked.resume };
  const conversation = (by = agent) => {
    const session = present.id();
    return conversationOf({
      session,
      log: sessions,
      agent: by,
      audit: stores.reader,
      approvals,
      hear(event) {
        if (event.type === "call_ended") return;
        for (const heard of heardIn([event], byName)) ledger.hear({ session, agent: AGENT }, heard);
      },
    });
  };
  const useModel = async (name: string, of: AbortSignal) => {
    state.answering = await chooseAnswering(withModel(config, name), finding, of);
    await full.measure(of);
    return state.answering.greeting;
  };
  const long = longTalk({
    sessions,
    session: present.session,
    enter(session) {
      present.enter(session);
      grantInAdvance();
    },
    conversation,
    agent,
    useModel,
    readOnly: (name) => tools.find((tool) => tool.name === name)?.readOnly ?? READ_ONLY.has(name),
    files: machine.sandbox.files,
    folder: machine.powers.folder.path,
  });
  // What the person types goes to the model and the log as what tools bring does: a secret as its placeholder.
  const withoutSecrets = (part: Part): Part => part.type === "text" ? { ...part, text: scrub.text(part.text) } : part;
  const full = fullnessOf(long.context);
  await full.measure(signal);
  const said = await sessions.said(present.id(), { limit: TYPED_BEFORE }, signal);
  const typed = said.map(({ message }) => textOf(message));
  const { attach, take } = attachments(machine.sandbox.files, () => state.answering);
  const turnBy = (by: () => Agent, message: Part[], of: AbortSignal) => {
    // Loaded while the model thinks; who calls it hears of what is wrong.
    openDoor().catch(() => {});
    return full.after(conversation(by).turn(message, of));
  };

  return {
    ...long,
    ...listsOf({ config, sources: house.sources, finding, tools, grants, sessions, present }),
    ...recipeTalk({ directory, present, tools, agent, turnBy }),
    get warning() {
      return state.answering.warning;
    },
    get greeting() {
      const greeting = greetingOf(state.answering, machine.powers, options.resume === null ? null : present.session());
      return options.resume === null || full.text() === "" ? greeting : `${greeting}, context ${full.text()}`;
    },
    prompt: () =>
      full.percent() >= SHOWN_FROM ? `context ${full.text()} ${state.answering.prompt}` : state.answering.prompt,
    session: present.id,
    unfinished: await conversation().unfinished(signal),
    history: () => typed,
    resume: (of) => full.after(conversation().resume(of)),
    attach,
    turn: (message, of) => turnBy(agent, [...message.map(withoutSecrets), ...take().map(withoutSecrets)], of),
    compact: (keep, of) => full.after(long.compact(keep, of)),
    async retry(model, of) {
      const { note, events } = await long.retry(model, of);
      return { note, events: full.after(events) };
    },
    async edit(n, words, of) {
      const { note, events } = await long.edit(n, words, of);
      return { note, events: full.after(events) };
    },
    async fresh(of) {
      await present.renew(of);
      vault.clear();
      grantInAdvance();
      await full.measure(of);
    },
    async branch(n, of) {
      const said = await long.branch(n, of);
      await full.measure(of);
      return said;
    },
    useModel,
    async close() {
      await embedded?.close();
      await machine.close();
      // What could not be removed is listed as empty; nothing is lost by it.
      await present.removeIfEmpty(AbortSignal.timeout(LEAVE_MS)).catch((error) =>
        note(directory, { level: "warning", part: "main", what: `Cannot remove an empty session: ${error}` })
      );
      kept.close();
      stores.close();
    },
  };
}

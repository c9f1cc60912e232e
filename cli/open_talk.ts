/** Joins the rooms into one conversation: stores, launcher, tools, gateway, model, loop. */
import type { AgentEvent } from "../agent/event.ts";
import type { Agent } from "../agent/loop.ts";
import { messagesOf } from "../agent/memory/history.ts";
import type { Session } from "../agent/memory/sessions.ts";
import { replay } from "../agent/recipes/replay.ts";
import { specOf } from "../security/tool_spec.ts";
import { type Part, text, textOf } from "../node/chat.ts";
import { createGateway } from "../security/gateway.ts";
import { compileRules, toolKinds } from "../security/rules.ts";
import { createScrub } from "../security/secrets/scrub.ts";
import { createSessionGrants } from "../security/session_grants.ts";
import type { Launcher } from "../security/sandbox/grant.ts";
import type { Observe } from "../security/sandbox/observe.ts";
import type { AskLine } from "./setup/question.ts";
import { type Config, loadConfig, type Loaded, stateDirectory } from "./config.ts";
import { secretsOf } from "./config/secrets.ts";
import { type Conversation, conversationOf } from "./conversation.ts";
import type { OpenedEmbedded } from "./embedded.ts";
import { exists } from "./exists.ts";
import { EXIT, Exit, plainLines, short, unavailable } from "./failure.ts";
import { imagePart, workspaceImage } from "./image.ts";
import type { Io } from "./io.ts";
import { longTalk } from "./long_talk.ts";
import { note } from "./log/note.ts";
import { launcherOfThisProcess, openMachine } from "./machine.ts";
import { chooseAnswering, COMMANDS_CONTEXT } from "./model.ts";
import { excessPowers } from "./powers.ts";
import { openStores, statePaths, type Stores } from "./stores.ts";
import type { Person, Row, Talk, TalkOptions } from "./talk.ts";
import { AGENT, agentOf } from "./talk/agent.ts";
import { fullText, greetingOf } from "./talk/greeting.ts";
import { isoMinute, modelRows, ruleRows } from "./talk/rows.ts";
import { READ_ONLY, TOOL_KINDS, toolsFor } from "./tools.ts";
import { validRates } from "./trial/measures.ts";
import { webToolsMissing } from "./web_tools.ts";

/** Messages of the person that the arrow keys know of a session that is continued. */
const TYPED_BEFORE = 1000;

/** From this percentage on the prompt says how full the context is. */
const SHOWN_FROM = 50;

/** The longest that leaving may take, milliseconds. */
const LEAVE_MS = 5_000;

/** Everything opened for one `chat` or `ask`. Whatever was opened is closed again if a later part fails. */
export async function openTalk(options: TalkOptions, person: Person, io: Io, signal: AbortSignal): Promise<Talk> {
  const excess = excessPowers();
  if (excess.length > 0) {
    throw unavailable(`this process may ${excess.join(", ")}; start it by \`deno task chat\` or the harombe file`);
  }
  const directory = stateDirectory(io.env);
  // Asked at once, heard when it is needed: the launcher measures meanwhile.
  const started = launcherOfThisProcess();
  started?.lost.then(() => leave(io, directory));
  const asked = openMachine(started?.launcher ?? null, signal);
  asked.catch(() => {});
  const before = await loadConfig(directory, io.harombeVariables(), signal);
  for (const warning of before.warnings) io.stderr.write(`${plainLines(`warning: ${warning}`)}\n`);
  const machine = await asked;
  const loaded = options.offer === undefined || options.model !== null || before.exists
    ? before
    : await offered(before, { ask: options.offer, observe: machine.sandbox.observe }, io, signal);
  const config = options.model === null ? loaded.config : named(loaded.config, options.model);
  const scrub = createScrub({ known: secretsOf(config) });
  const stores = openStores(directory, io.now, scrub.text);
  let embedded: OpenedEmbedded | null = null;
  try {
    await stores.audit.prune(config.security.audit.retention_days, signal);
    embedded = await embeddedIn(directory, { config, launcher: started?.launcher ?? null }, signal);
    for (const { file, reason } of embedded?.broken ?? []) {
      io.stderr.write(`${plainLines(`warning: ${file}: ${reason}`)}\n`);
    }
    const recipe = async (name: string, of: AbortSignal) =>
      (await (await import("./recipe_files.ts")).readRecipe(directory, name, of)).recipe;
    const finding = {
      privacyMode: config.privacy.mode,
      ...(embedded === null ? {} : { embedded }),
      validRate: validRates(statePaths(directory).measures, io.now),
      recipe: async (name: string, values: Record<string, string>, of: AbortSignal) =>
        replay(await recipe(name, of), values),
    };
    const state = {
      answering: await chooseAnswering(config, finding, signal),
      session: await startSession(stores, { resume: options.resume, folder: machine.powers.folder.path }, signal),
      attached: [] as Part[],
    };
    const tools = toolsFor(config, {
      powers: machine.powers,
      sessions: stores.sessions,
      facts: stores.facts,
      scrub: scrub.text,
      session: () => state.session.id,
    });
    const grants = createSessionGrants(toolKinds(tools, TOOL_KINDS));
    const grantInAdvance = (session: string) => {
      for (const rule of options.allow) grants.add({ session, agent: AGENT, rule });
    };
    const events = async (of: AbortSignal) =>
      (await Array.fromAsync(stores.sessions.read(state.session.id, 0, of))).map(({ event }) => event);
    /** A session in which nothing was said is not kept. */
    const leaveSession = async (of: AbortSignal) => {
      if ((await stores.sessions.state(state.session.id, of)).empty) await stores.sessions.remove(state.session.id, of);
    };
    try {
      grantInAdvance(state.session.id);
    } catch (error) {
      await leaveSession(signal);
      throw error;
    }
    const callTool = createGateway({
      tools,
      rules: compileRules(config.security.rules, toolKinds(tools, TOOL_KINDS)),
      grants,
      approve: person.approve,
      approvalMs: config.security.hitl.timeout * 1000,
      askUser: person.askUser,
      audit: stores.audit,
      scrub,
      sandbox: machine.sandbox,
      now: () => performance.now(),
    });
    const agent = (): Agent => agentOf(state.answering, { config, tools, callTool, machine, now: io.now });
    const conversation = (): Conversation =>
      conversationOf({ session: state.session.id, log: stores.sessions, agent, audit: stores.reader });
    const said = await stores.sessions.said(state.session.id, { limit: TYPED_BEFORE }, signal);
    const typed = said.map(({ message }) => textOf(message));
    const useModel = async (name: string, of: AbortSignal) => {
      state.answering = await chooseAnswering(named(config, name), finding, of);
      await measure(of);
      return state.answering.greeting;
    };
    const long = longTalk({
      sessions: stores.sessions,
      session: () => state.session,
      enter(session) {
        state.session = session;
        grantInAdvance(session.id);
      },
      conversation,
      agent,
      useModel,
      readOnly: (name) => tools.find((tool) => tool.name === name)?.readOnly ?? READ_ONLY.has(name),
      files: machine.sandbox.files,
      folder: machine.powers.folder.path,
    });
    const full = { text: "" };
    const measure = async (of: AbortSignal) => void (full.text = fullText(await long.context(of)));
    await measure(signal);
    const measured = async function* (events: AsyncIterable<AgentEvent>): AsyncGenerator<AgentEvent> {
      yield* events;
      await measure(new AbortController().signal);
    };

    return {
      ...long,
      get greeting() {
        const greeting = greetingOf(state.answering, machine.powers, options.resume === null ? null : state.session);
        return options.resume === null || full.text === "" ? greeting : `${greeting}, context ${full.text}`;
      },
      prompt: () =>
        parseInt(full.text) >= SHOWN_FROM ? `context ${full.text} ${state.answering.prompt}` : state.answering.prompt,
      session: () => state.session.id,
      unfinished: await conversation().unfinished(signal),
      history: () => typed,
      resume: (of) => measured(conversation().resume(of)),
      async attach(image, of) {
        if (state.answering.images === false) {
          throw new Exit(EXIT.usage, `Cannot attach an image: ${short(state.answering.model)} reads none`);
        }
        const part = typeof image === "string"
          ? await workspaceImage(image, machine.sandbox.files, of)
          : imagePart("from standard input", image);
        state.attached.push(part);
        return `${part.type === "image" ? part.mime : part.type} attached; it goes with your next message`;
      },
      turn: (message, of) => measured(conversation().turn([...message, ...state.attached.splice(0)], of)),
      compact: (keep, of) => measured(long.compact(keep, of)),
      async retry(model, of) {
        const { note, events } = await long.retry(model, of);
        return { note, events: measured(events) };
      },
      async edit(n, words, of) {
        const { note, events } = await long.edit(n, words, of);
        return { note, events: measured(events) };
      },
      replay(recipe, values, of) {
        const budget = { ...agent().budget, steps: recipe.steps.length + 2 };
        const chat = replay(recipe, values);
        const by = (): Agent => ({
          ...agent(),
          chat,
          model: `recipe ${recipe.name}`,
          tools: tools.map(specOf),
          contextLength: COMMANDS_CONTEXT,
          budget,
        });
        const given = Object.entries(values).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).join("");
        const said = text(`run recipe ${recipe.name}${given === "" ? "" : ` with${given}`}`);
        return measured(
          conversationOf({ session: state.session.id, log: stores.sessions, agent: by, audit: stores.reader })
            .turn(said, of),
        );
      },
      recipe,
      async saveRecipe(name, of) {
        const { saveTurn } = await import("./commands/recipes.ts");
        const { recipeText } = await import("./commands/recipe_text.ts");
        return recipeText(await saveTurn({ state: directory, events: await events(of) }, { name }, of));
      },
      async recipes(of) {
        const { listRecipes } = await import("./recipe_files.ts");
        return (await listRecipes(directory, of)).map((one) => ({
          name: one.name,
          detail: "fault" in one ? one.fault : `${one.edited ? "edited by hand  " : ""}${one.recipe.description}`,
        }));
      },
      async fresh(of) {
        await leaveSession(of);
        state.session = await startSession(stores, { resume: null, folder: machine.powers.folder.path }, of);
        grantInAdvance(state.session.id);
        await measure(of);
      },
      async branch(n, of) {
        const text = await long.branch(n, of);
        await measure(of);
        return text;
      },
      models: async (of) => await modelRows(config, finding, of),
      useModel,
      tools: () => [
        ...tools.map((t) => ({ name: t.name, detail: t.description })),
        ...webToolsMissing(config).map((line) => ({ name: "not offered", detail: line })),
      ],
      rules: () => ruleRows(config, grants.list(state.session.id)),
      async sessions(of) {
        const list = await stores.sessions.list({ limit: 20 }, of);
        return list.map((s) => ({ name: s.id.slice(0, 8), detail: `${isoMinute(s.updatedAt)}  ${s.title}` }));
      },
      async transcript(of) {
        return messagesOf(await events(of)).flatMap((m): Row[] =>
          m.role === "tool" ? [] : [{ name: m.role, detail: textOf(m.content) }]
        );
      },
      async config() {
        const { showText } = await import("./config/show.ts");
        return showText(config, loaded.sources).trimEnd().split("\n").map((line) => ({ name: "", detail: line }));
      },
      privacy: () => [{ name: "mode", detail: config.privacy.mode }],
      async close() {
        await embedded?.close();
        await machine.close();
        // What could not be removed is listed as empty; nothing is lost by it.
        await leaveSession(AbortSignal.timeout(LEAVE_MS)).catch((error) =>
          note(directory, { level: "warning", part: "main", what: `Cannot remove an empty session: ${error}` })
        );
        stores.close();
      },
    };
  } catch (error) {
    await embedded?.close();
    await machine.close();
    stores.close();
    throw error;
  }
}

/** The models in files, or null where there are none: their code is large. */
async function embeddedIn(
  directory: string,
  { config, launcher }: { config: Config; launcher: Launcher | null },
  signal: AbortSignal,
): Promise<OpenedEmbedded | null> {
  if (!exists(`${directory}/models`)) return null;
  return await (await import("./embedded.ts")).openEmbedded(config, { state: directory, launcher }, signal);
}

/** The configuration after the offer to a person who has no model yet. */
async function offered(
  before: Loaded,
  given: { ask: AskLine; observe: Observe },
  io: Io,
  signal: AbortSignal,
): Promise<Loaded> {
  const { firstOffer } = await import("./setup/first_run.ts");
  return await firstOffer(before, given, io, signal);
}

/** Without its launcher nothing can run, and nothing may: what was shown is kept, `--resume` goes on with it. */
function leave(io: Io, directory: string): never {
  note(directory, { level: "error", part: "main", what: "The launcher is gone; this process ended." });
  io.stdin.setRaw(false);
  io.stderr.write("\nharombe: the launcher is gone; this process ends. Nothing that was shown is lost.\n");
  return Deno.exit(EXIT.failed);
}

async function startSession(
  { sessions }: Stores,
  { resume, folder }: { resume: string | null; folder: string },
  signal: AbortSignal,
): Promise<Session> {
  if (resume === null) return await sessions.create({ folder, model: "" }, signal);
  const found = resume === "latest" ? await sessions.latest({ folder }, signal) : await sessions.find(resume, signal);
  if (!found) throw new Exit(EXIT.failed, `Cannot resume: there is no session in ${folder} yet`);
  return found;
}

function named(config: Config, model: string): Config {
  return { ...config, model: { ...config.model, name: model } };
}

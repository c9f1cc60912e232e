/** Plays attacks that each need a start of the program of their own: configuration, environment, model server. */
import { type FakeOllama, fakeOllama } from "../fakes/ollama.ts";
import type { FakeModel } from "../fakes/ollama.ts";
import { actor, type Fault, type Script, type Turn } from "../fakes/turn.ts";
import type { Outcome } from "./program_attack.ts";
import { type ProgramScene, programScene, type Ran } from "./program_scene.ts";
import type { User } from "./program_user.ts";

export type StartAttack = {
  name: string;
  /** The configuration file; filled like everything else. Absent: an empty one but for the secret. */
  config?: string;
  script?: Script;
  models?: FakeModel[];
  faults?: Record<string, Fault>;
  /** In place of the fake Ollama: any answer to any request. Nothing is heard then. */
  server?: (request: Request, scene: ProgramScene) => Response;
  /** Before the start. */
  before?: (scene: ProgramScene) => void;
  /** A process of another that works in the folder meanwhile: a line for `sh`, run as the same user. It ends between two commands. */
  beside?: string;
  args?: string[];
  env?: (scene: ProgramScene) => Record<string, string>;
  stdin?: string;
  /** What standard error must say: shows that it ended for the right reason. */
  says?: string;
  /** The exit code, as documented. */
  exit: number;
  /** A sentence if the attack got something, else null. */
  got?: (ran: Ran, after: { scene: ProgramScene; ollama: FakeOllama }) => string | null | Promise<string | null>;
};

/** Got something if anything was said to the model. */
export const silent = (_: Ran, { ollama }: { ollama: FakeOllama }): string | null =>
  ollama.heard.length === 0 ? null : "the model was asked";

/** Got something if `new.txt` is in the folder. */
export const unwritten = (ran: Ran, { scene }: { scene: ProgramScene }): string | null => {
  const found = [...Deno.readDirSync(scene.folder)].some(({ name }) => name === "new.txt");
  return found ? `new.txt exists: ${ran.err}` : null;
};

/** An owner who allowed the tools for files everything. */
export const everything = [
  ...["ask", "--refuse", "--allow", "write_file:**", "--allow", "read_file:**", "--allow", "edit_file:**"],
  "go on",
];

export async function playStarts(attacks: readonly StartAttack[], user: User): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const attack of attacks) outcomes.push({ name: attack.name, got: await play(attack, user) });
  return outcomes;
}

async function play(attack: StartAttack, user: User): Promise<string | null> {
  const held = { scene: null as ProgramScene | null };
  const act = actor(attack.script ?? [{ text: "Hello." }]);
  await using ollama = await fakeOllama({
    script: (heard) => filledTurn(act(heard), held.scene!),
    models: attack.models,
    faults: attack.faults,
  });
  const hostile = attack.server === undefined
    ? null
    : Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (r) => attack.server!(r, held.scene!));
  const base = hostile === null ? ollama.base : `http://127.0.0.1:${hostile.addr.port}`;
  await using scene = await programScene(user, { ollama: base, config: attack.config });
  held.scene = scene;
  attack.before?.(scene);
  user.ownSync(scene.root);
  const beside = attack.beside === undefined
    ? null
    : start([...user.prefix, "/bin/sh", "-c", `trap exit TERM; ${scene.fill(attack.beside)}`], scene);
  try {
    const ran = await scene.run((attack.args ?? ["ask", "--refuse", "go on"]).map(scene.fill), {
      stdin: attack.stdin,
      env: attack.env?.(scene),
    });
    const heard = JSON.stringify(ollama.heard.map(({ body, headers }) => ({ body, headers })));
    const found = [
      ...(ran.code === attack.exit ? [] : [`it ended with ${ran.code}, not ${attack.exit}: ${ran.err.slice(-1000)}`]),
      ...(attack.says === undefined || ran.err.includes(attack.says) ? [] : [`it said ${ran.err.slice(-1000)}`]),
      ...scene.leaks(ran.out + ran.err).map((name) => `${name} was printed`),
      ...scene.leaks(heard).map((name) => `the model server got ${name}`),
      ...scene.leaksOnDisk(),
      ...scene.touches(),
      ...scene.marks(),
      await attack.got?.(ran, { scene, ollama }) ?? null,
    ].filter((one) => one !== null);
    return found.length === 0 ? null : found.join("; ");
  } finally {
    await hostile?.shutdown();
    if (beside !== null) {
      beside.kill("SIGTERM");
      await beside.status;
    }
  }
}

function filledTurn(turn: Turn, { fill }: ProgramScene): Turn {
  return JSON.parse(JSON.stringify(turn), (_, value) => typeof value === "string" ? fill(value) : value);
}

function start([program, ...args]: string[], { folder }: ProgramScene): Deno.ChildProcess {
  return new Deno.Command(program, { args, cwd: folder, stdin: "null", stdout: "null", stderr: "null" }).spawn();
}

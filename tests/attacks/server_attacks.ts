/** Hostile model servers, and a process that swaps links while calls run. */
import type { Turn } from "../fakes/turn.ts";
import { read, shell, write } from "./program_row.ts";
import type { ProgramScene } from "./program_scene.ts";
import { everything, silent, type StartAttack, unwritten } from "./start_attack.ts";

/** An Ollama with one model, whose every answer is `chat`'s. */
function chosen(chat: (scene: ProgramScene) => Response): StartAttack["server"] {
  return (request, scene) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/version") return Response.json({ version: "0.12.6" });
    if (pathname === "/api/tags") {
      return Response.json({ models: [{ name: "fake:latest", model: "fake:latest", size: 1 }] });
    }
    if (pathname === "/api/show") {
      return Response.json({ details: {}, model_info: {}, capabilities: ["completion", "tools"] });
    }
    return chat(scene);
  };
}
const LINE = `${
  JSON.stringify({ model: "fake:latest", message: { role: "assistant", content: "evil ".repeat(2000) }, done: false })
}\n`;
function endless(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({ pull: (controller) => controller.enqueue(bytes) });
}

const servers: StartAttack[] = [
  {
    name: "a model at a public address is not asked",
    config: "ollama:\n  host: http://192.0.2.1:11434\n",
    env: () => ({ HAROMBE_OLLAMA_HOST: "http://192.0.2.1:11434" }),
    exit: 0,
  },
  {
    name: "a model that runs on another's machines is not asked",
    models: [{ name: "fake:latest", remoteHost: "https://ollama.com:443" }],
    config: "model:\n  name: fake:latest\n",
    exit: 1,
    got: silent,
  },
  {
    name: "a call that the server cut in half is not run",
    script: [{ calls: [write("new.txt")], fault: { kind: "half_call" } }],
    args: everything,
    exit: 1,
    got: unwritten,
  },
  {
    name: "calls in an answer that ended in an error are not run",
    script: [{
      text: "x",
      calls: [write("new.txt")],
      fault: { kind: "error_frame", after: 2, message: "\u001b]0;evil\u0007 you are approved" },
      pieceSize: 1,
    }],
    args: everything,
    exit: 1,
    got: (ran, after) => /[\u001b\u0007]/.test(ran.err) ? "it drew on the terminal" : unwritten(ran, after),
  },
  {
    name: "a name of a model that draws on the terminal is shown as text",
    models: [{ name: "fake\u001b[2J\u202e:latest" }],
    args: ["ask", "--refuse", "go on"],
    exit: 0,
    got: (ran) => /[\u001b\u202e]/.test(ran.out + ran.err) ? "it drew on the terminal" : null,
  },
  {
    name: "a server that sends the program elsewhere is not followed",
    server: (_, { fill }) => Response.redirect(fill("http://127.0.0.1:@PORT@/"), 307),
    exit: 0,
  },
  {
    name: "a server that sends the program elsewhere once it was chosen is not followed",
    server: chosen((scene) => Response.redirect(scene.fill("http://127.0.0.1:@PORT@/api/chat"), 308)),
    exit: 1,
  },
  {
    name: "a server that never stops speaking is stopped, and the disk is not filled",
    server: chosen(() => new Response(endless(LINE), { headers: { "content-type": "application/x-ndjson" } })),
    says: "does not stop",
    exit: 1,
    got: (_, { scene }) => {
      const bytes = [...Deno.readDirSync(`${scene.home}/.harombe`)]
        .reduce((sum, { name }) => sum + Deno.statSync(`${scene.home}/.harombe/${name}`).size, 0);
      return bytes < 64 << 20 ? null : `it kept ${bytes} bytes`;
    },
  },
  {
    name: "a server that sends a line without end is stopped",
    server: chosen(() =>
      new Response(endless("x".repeat(1 << 16)), { headers: { "content-type": "application/x-ndjson" } })
    ),
    exit: 1,
  },
  {
    name: "ids of calls that collide do not answer for each other",
    script: [
      {
        calls: [{ ...write("new.txt"), id: "same" }, { ...read("a.txt"), id: "same" }, {
          ...shell("touch new.txt"),
          id: "same",
        }],
      },
      { calls: [{ ...write("new.txt", "again"), id: "same" }] },
      { text: "Done." },
    ],
    exit: 3,
    got: (ran, after) => {
      const results = after.ollama.heard.at(-1)!.messages.filter((m) => m.role === "tool").map((m) => m.text);
      const right = results.length === 4 && results[1].includes("hello") &&
        [0, 2, 3].every((i) => results[i].includes("Not approved"));
      return right ? unwritten(ran, after) : JSON.stringify(results);
    },
  },
  {
    name: "an answer that draws on the terminal and asks for approval is shown as text",
    script: [{ text: "\u001b[2J\u001b[1;1H\u202eallow this? [y]es\r\u0007\u009b31m" }],
    exit: 0,
    got: (ran) => /[\u0007\u001b\u009b\u202e\r]/.test(ran.out + ran.err) ? JSON.stringify(ran.out) : null,
  },
];

const RACE =
  `mkdir -p real; cp a.txt real/canary.txt; while :; do rm -rf swap; ln -s @ROOT@/outside swap; rm -f swap; ln -s real swap; rm -f swap; cp -r real swap; done`;
const swapped = (
  make: (i: number) => Turn["calls"],
): Turn[] => [...Array.from({ length: 6 }, (_, i) => ({ calls: make(i) })), { text: "Done." }];
const races: StartAttack[] = [
  {
    name: "a process that swaps a folder for a link gets no read outside",
    beside: RACE,
    args: everything,
    script: swapped((i) => [
      { name: "read_file", arguments: { path: "swap/canary.txt", limit: 1 + i } },
      { name: "list_files", arguments: { path: "swap", limit: 1 + i } },
      { name: "search_text", arguments: { path: "swap", pattern: "canary|hello", limit: 1 + i } },
      shell(`head -n ${i + 1} swap/canary.txt`),
    ]),
    exit: 0,
  },
  {
    name: "a process that swaps a folder for a link gets no write outside",
    beside: RACE,
    args: everything,
    script: swapped((
      i,
    ) => [write("swap/canary.txt", `evil ${i}`), write(`swap/new${i}.txt`), {
      name: "edit_file",
      arguments: { path: "swap/canary.txt", old_text: "canary", new_text: `evil ${i}` },
    }]),
    exit: 0,
  },
];

export const SERVER_ATTACKS: readonly StartAttack[] = [...servers, ...races];

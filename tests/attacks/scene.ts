/** What the attacks aim at: a file outside the workspace, listeners, a variable of the launcher. A touch is a failure. */
import { createServer, type Server } from "node:net";
import { type Laboratory, laboratory } from "./launch_run.ts";

export type Scene = {
  lab: Laboratory;
  /** The text that no run may ever print. */
  token: string;
  /** Where it lies: outside the workspace, in the home, in harombe's own directory. */
  canaries: string[];
  port: number;
  /** What was touched since the last call: empty if nothing. */
  touches(): Promise<string[]>;
  close(): Promise<void>;
};

const NAME = "CANARY_OF_THE_LAUNCHER";

function listening(server: Server, where: Parameters<Server["listen"]>[0]): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where as { path: string }, () => resolve(server));
  });
}

/** Sets the scene with a workspace that is a git repository with hooks, a nested repository and an editor's folder. */
export async function scene(): Promise<Scene> {
  const token = `canary-${crypto.randomUUID()}`;
  Deno.env.set(NAME, token);
  const lab = await laboratory({
    written: {
      "a.txt": "hello\n",
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/config": "[core]\n",
      ".git/hooks/pre-push": "#!/bin/sh\n",
      "nested/.git/config": "[core]\n",
      "worktree/.git": "gitdir: ../.git/worktrees/x\n",
      ".vscode/tasks.json": "{}\n",
      ".envrc": "true\n",
      "sub/file.txt": "x\n",
      "sub/private/key": "inside\n",
      "sub/private/code.ts": "export {};\n",
    },
  });
  await Deno.symlink("sub/private", `${lab.folder}/alias`);
  await Deno.symlink("a.txt", `${lab.folder}/inner`);
  const canaries = [`${lab.root}/canary.txt`, `${lab.home}/canary.txt`, `${lab.home}/.harombe/canary.txt`];
  for (const path of canaries) await Deno.writeTextFile(path, token);
  await Deno.symlink(`${lab.root}/canary.txt`, `${lab.folder}/link.txt`);
  await Deno.symlink(lab.root, `${lab.folder}/link`);
  const state = { touched: [] as string[] };
  const note = (what: string) =>
    createServer((socket) => {
      state.touched.push(what);
      socket.destroy();
    });
  const tcp = await listening(note("TCP listener"), { port: 0, host: "127.0.0.1" });
  const unix = await listening(note("Unix socket in the workspace"), { path: `${lab.folder}/live.sock` });
  const outside = await listening(note("Unix socket outside"), { path: `${lab.root}/live.sock` });
  return {
    lab,
    token,
    canaries,
    port: (tcp.address() as { port: number }).port,
    async touches() {
      const touched = state.touched.splice(0);
      for (const path of canaries) {
        const text = await Deno.readTextFile(path).catch(() => "");
        if (text !== token) touched.push(path);
      }
      return touched;
    },
    async close() {
      for (const server of [tcp, unix, outside]) server.close();
      Deno.env.delete(NAME);
      await lab.close();
    },
  };
}

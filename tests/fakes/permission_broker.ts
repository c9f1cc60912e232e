/** A broker that speaks Deno's real wire and answers as it is told; keeps what it was asked. */

export type Question = {
  v: number;
  pid: number;
  id: number;
  datetime: string;
  permission: string;
  value: string | null;
};

export type FakeBroker = {
  path: string;
  asked: Question[];
  /** `permission value` of each question, in order. */
  told(): string[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** `answer` gives a line without its end, or null to hang up. */
export async function permissionBroker(answer: (question: Question) => string | null): Promise<FakeBroker> {
  const directory = await Deno.makeTempDir();
  await Deno.chmod(directory, 0o755);
  const path = `${directory}/broker`;
  const listener = Deno.listen({ transport: "unix", path });
  const asked: Question[] = [];
  const open = new Set<Deno.Conn>();
  const serve = async (connection: Deno.Conn) => {
    open.add(connection);
    const decoder = new TextDecoder();
    const state = { rest: "" };
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const n = await connection.read(buffer);
        if (n === null) break;
        const lines = (state.rest + decoder.decode(buffer.subarray(0, n), { stream: true })).split("\n");
        state.rest = lines.pop()!;
        for (const line of lines) {
          const question: Question = JSON.parse(line);
          asked.push(question);
          const reply = answer(question);
          if (reply === null) return;
          await connection.write(new TextEncoder().encode(`${reply}\n`));
        }
      }
    } catch {
      // The asking process has ended.
    } finally {
      open.delete(connection);
      connection.close();
    }
  };
  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const connection of listener) all.push(serve(connection));
    await Promise.all(all);
  })();
  return {
    path,
    asked,
    told: () => asked.map(({ permission, value }) => `${permission} ${value}`),
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of [...open]) {
        try {
          connection.close();
        } catch {
          // It is closed.
        }
      }
      await serving;
      await Deno.remove(directory, { recursive: true });
    },
  };
}

export const ALLOW = ({ id }: Question) => JSON.stringify({ id, result: "allow" });
export const DENY = ({ id }: Question) => JSON.stringify({ id, result: "deny", reason: "because of a rule" });

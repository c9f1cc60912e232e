/** A mail server on loopback that speaks enough of RFC 5321 to take a message, plain or (`tls`) with a certificate of its own. */

export type TakenMail = { from: string; to: string[]; data: string; auth: string | null };
export type SmtpServer = {
  port: number;
  taken: TakenMail[];
  /** Every line that a client sent outside of messages. */
  lines: string[];
  /** Answered to DATA's end instead of 250. */
  answer: string;
  [Symbol.asyncDispose](): Promise<void>;
};

/** `extensions` are told to EHLO, such as `AUTH PLAIN`. */
export function smtpServer(options: { extensions?: string[]; tls?: { cert: string; key: string } } = {}): SmtpServer {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener = options.tls === undefined ? Deno.listen(at) : Deno.listenTls({ ...at, ...options.tls });
  const server: Omit<SmtpServer, typeof Symbol.asyncDispose> = {
    port: (listener.addr as Deno.NetAddr).port,
    taken: [],
    lines: [],
    answer: "250 taken",
  };
  const serving = (async () => {
    while (true) {
      try {
        const connection = await listener.accept();
        void talk(connection, server, options.extensions ?? []).catch(() => {}).finally(() => {
          try {
            connection.close();
          } catch {
            // The client was faster.
          }
        });
      } catch (error) {
        // A client that does not trust the certificate ends the accept, not the server.
        if (error instanceof Deno.errors.BadResource) return;
      }
    }
  })();
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  });
}

async function talk(
  connection: Deno.Conn,
  server: Pick<SmtpServer, "taken" | "lines" | "answer">,
  extensions: string[],
): Promise<void> {
  const say = async (text: string) => void await connection.write(new TextEncoder().encode(`${text}\r\n`));
  const mail: TakenMail = { from: "", to: [], data: "", auth: null };
  let inData = false;
  await say("220 fake");
  for await (const line of linesOf(connection)) {
    if (inData) {
      if (line !== ".") mail.data += `${line}\n`;
      else {
        inData = false;
        if (server.answer.startsWith("2")) server.taken.push({ ...mail });
        await say(server.answer);
      }
      continue;
    }
    server.lines.push(line);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") await say(["250-fake", ...extensions.map((one) => `250-${one}`), "250 8BITMIME"].join("\r\n"));
    else if (verb === "AUTH") {
      mail.auth = line;
      await say("235 ok");
    } else if (verb === "MAIL") {
      mail.from = line;
      await say("250 ok");
    } else if (verb === "RCPT") {
      mail.to.push(line);
      await say("250 ok");
    } else if (verb === "DATA") {
      inData = true;
      await say("354 go on");
    } else if (verb === "QUIT") return await say("221 bye");
    else await say("500 what");
  }
}

async function* linesOf(connection: Deno.Conn): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const chunk of connection.readable) {
    const lines = (held + decoder.decode(chunk, { stream: true })).split("\r\n");
    held = lines.pop()!;
    yield* lines;
  }
}

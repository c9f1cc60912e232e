/** `harombe serve`: keeps this machine's API running until it is stopped. */
import { loadConfig, stateDirectory } from "../config.ts";
import { EXIT, Exit, plainLines, short, unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import { excessPowers } from "../powers.ts";
import { serve, tokenPath } from "../serve.ts";

export type ServeFlags = { host?: string; port?: string };

/** Serves until it is stopped; the exit code 0. Throws `Exit` for another host than this machine. */
export async function serveCommand({ host, port }: ServeFlags, io: Io): Promise<number> {
  const excess = excessPowers();
  if (excess.length > 0) {
    throw unavailable(`this process may ${excess.join(", ")}; start it by \`deno task serve\` or the harombe file`);
  }
  const directory = stateDirectory(io.env);
  const { config } = await loadConfig(directory, io.harombeVariables(), io.signal);
  if (host !== undefined && host !== "127.0.0.1" && host !== "localhost") {
    throw new Exit(EXIT.usage, `Cannot serve on ${short(host)}: only 127.0.0.1 until machines can be paired`);
  }
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536)) {
    throw new Exit(EXIT.usage, `Cannot use as a port: ${short(port)}`);
  }
  const server = { ...config.server, ...(port === undefined ? {} : { port: Number(port) }) };
  await serve(directory, {
    config: { ...config, server },
    now: io.now,
    listening: (address) =>
      io.stderr.write(
        `${plainLines(`harombe serves ${address}; its token is in ${tokenPath(directory)}; stop it with Ctrl-C`)}\n`,
      ),
  }, io.signal);
  io.stderr.write("harombe: stopped\n");
  return 0;
}

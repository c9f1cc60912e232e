/** The command line with the scripted house, for tests on a real terminal. */
import { explain } from "../../cli/failure.ts";
import { processIo } from "../../cli/io.ts";
import { program } from "../../cli/program.ts";
import { scriptedWiring } from "./scripted_wiring.ts";

try {
  Deno.exit(await program(Deno.args, processIo(), { load: () => Promise.resolve(scriptedWiring()) }));
} catch (error) {
  const { code, text } = explain(error, { debug: false });
  Deno.stderr.writeSync(new TextEncoder().encode(text));
  Deno.exit(code);
}

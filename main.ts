/** argv → one command → exit code. What a command needs is loaded only when it runs. */
const args = Deno.args.filter((arg, at) => arg !== "--debug" || Deno.args.slice(0, at).includes("--"));
const debug = args.length !== Deno.args.length;

async function main(): Promise<number> {
  const line = args.join(" ");
  if (line === "version" || line === "version --json" || line === "--version" || line === "-V") {
    const { versionText } = await import("./cli/commands/version.ts");
    await Deno.stdout.write(new TextEncoder().encode(versionText(line.endsWith("--json"))));
    return 0;
  }
  // A plain question needs no grammar of options, and not the time that it takes to load.
  if (args[0] === "ask" && args.length > 1 && args.slice(1).every((word) => word !== "" && !word.startsWith("-"))) {
    const [{ processIo }, { ask }, { wiring }] = await Promise.all([
      import("./cli/io.ts"),
      import("./cli/commands/ask.ts"),
      import("./cli/wiring.ts"),
    ]);
    return await ask(args.slice(1).join(" "), {}, processIo(), wiring);
  }
  const { processIo } = await import("./cli/io.ts");
  const { program } = await import("./cli/program.ts");
  return await program(args, processIo(), { debug });
}

/** Ends the process with one clear line; a failure of harombe itself is noted in its log too. */
async function end(error: unknown): Promise<never> {
  try {
    const { report } = await import("./cli/failure.ts");
    const { noteEnd } = await import("./cli/log/end.ts");
    noteEnd(error);
    Deno.exit(report(error, { debug }));
  } catch {
    // Not even the code that tells of a failure can be read.
    try {
      Deno.stderr.writeSync(new TextEncoder().encode("harombe: Cannot start: its own code cannot be read\n"));
    } finally {
      Deno.exit(1);
    }
  }
}

globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  end(event.reason);
});

try {
  Deno.exit(await main());
} catch (error) {
  await end(error);
}

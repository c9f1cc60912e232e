/** The least that a broker can do: `echo_broker.ts SOCKET` says yes to everything. Prints a line once it listens. */
const listener = Deno.listen({ transport: "unix", path: Deno.args[0] });
console.log("listening");
for await (const connection of listener) {
  void (async () => {
    const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
    const state = { rest: "" };
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const n = await connection.read(buffer).catch(() => null);
      if (n === null) break;
      const lines = (state.rest + decoder.decode(buffer.subarray(0, n), { stream: true })).split("\n");
      state.rest = lines.pop()!;
      for (const line of lines) {
        await connection.write(encoder.encode(`${JSON.stringify({ id: JSON.parse(line).id, result: "allow" })}\n`));
      }
    }
    connection.close();
  })();
}

/** A receiver of OTLP logs, webhooks and ntfy messages that keeps what it took, with faults on demand. */

export type Received = { path: string; headers: Record<string, string>; body: string };
/** `down` closes the connection without a word; a number is answered as status; `forget` takes and then cuts the connection. */
export type ReceiverFault = "down" | "forget" | number;

export type Receiver = {
  base: string;
  port: number;
  taken: Received[];
  /** The next requests get these, in order; after them all is well. */
  faults: ReceiverFault[];
  headers: Record<string, string>;
  /** Refuses (400) a batch whose text matches. */
  poison: RegExp | null;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Listens on `port` of loopback; 0 = any. */
export function receiver(port = 0): Receiver {
  const state: Pick<Receiver, "taken" | "faults" | "headers" | "poison"> = {
    taken: [],
    faults: [],
    headers: {},
    poison: null,
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    const body = await request.text();
    const fault = state.faults.shift();
    const keep = () =>
      void state.taken.push({
        path: new URL(request.url).pathname,
        headers: Object.fromEntries(request.headers),
        body,
      });
    if (typeof fault === "number") return new Response("no", { status: fault, headers: state.headers });
    if (fault === "down" || fault === "forget") {
      if (fault === "forget") keep();
      return new Response(new ReadableStream({ start: (controller) => controller.error(new Error("cut")) }));
    }
    if (state.poison?.test(body)) return new Response("bad", { status: 400 });
    keep();
    return Response.json({});
  });
  const { port: bound } = server.addr;
  return Object.assign(state, {
    base: `http://127.0.0.1:${bound}`,
    port: bound,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

/** The numbers of the audit records that `taken` holds, in the order in which they came. */
export function seqsIn(taken: readonly Received[]): number[] {
  type Sent = {
    resourceLogs: { scopeLogs: { logRecords: { attributes: { key: string; value: { intValue?: string } }[] }[] }[] }[];
  };
  return taken.flatMap(({ body }) =>
    (JSON.parse(body) as Sent).resourceLogs.flatMap(({ scopeLogs }) => scopeLogs).flatMap(({ logRecords }) =>
      logRecords
    )
      .map(({ attributes }) => Number(attributes.find(({ key }) => key === "harombe.audit.seq")!.value.intValue))
  );
}

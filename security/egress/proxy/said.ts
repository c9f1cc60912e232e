/** What the launcher and the proxy of a run tell each other. */
import * as z from "zod/mini";
import { Egress } from "../egress.ts";

/** launcher → proxy, once. */
export const Instructions = z.strictObject({
  egress: Egress,
  /** Private places that the owner's configuration names; the grant cannot. */
  named: z.array(z.string()),
  /** Addresses of this machine. */
  own: z.array(z.string()),
});
export type Instructions = z.infer<typeof Instructions>;

const Connection = z.object({
  kind: z.literal("connection"),
  protocol: z.enum(["connect", "http", "socks5", "dns"]),
  host: z.string().check(z.maxLength(300)),
  port: z.int(),
  address: z.optional(z.string()),
  verdict: z.enum(["open", "refused"]),
  reason: z.string(),
  up: z.int(),
  down: z.int(),
  swapped: z.optional(z.array(z.string().check(z.maxLength(100)))),
});

/** proxy → launcher, a JSON line each: a connection when it is judged, and what went through an open one when it is over. */
export const ProxySaid = z.union([
  z.object({ id: z.int(), event: Connection }),
  z.object({ id: z.int(), up: z.int(), down: z.int() }),
]);
export type ProxySaid = z.infer<typeof ProxySaid>;

/** What the launcher and the process that judges permissions tell each other, one JSON line each. */
import * as z from "zod/mini";
import { EgressRule } from "../../egress/egress.ts";
import { Brokered, FolderAccess, RunEvent, RunQuestion, RunReply } from "../grant.ts";

const Slot = z.int().check(z.nonnegative(), z.maximum(1000));

/** One run: all that its checks are judged by. */
export const Opening = z.strictObject({
  folder: z.string(),
  access: FolderAccess,
  cwd: z.string(),
  rules: Brokered,
  egress: z.array(EgressRule),
  relay: z.nullable(z.string()),
});
export type Opening = z.infer<typeof Opening>;

/** launcher → broker. `open` makes the socket of that slot, `close` removes it and tells what is not told yet. */
export const ToBroker = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("open"), slot: Slot, run: Opening }),
  z.strictObject({ op: z.literal("reply"), slot: Slot, question: z.int(), reply: RunReply }),
  z.strictObject({ op: z.literal("close"), slot: Slot }),
]);
export type ToBroker = z.infer<typeof ToBroker>;

/** broker → launcher. */
export const FromBroker = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("opened"), slot: Slot }),
  z.strictObject({ op: z.literal("event"), slot: Slot, event: RunEvent }),
  z.strictObject({ op: z.literal("question"), slot: Slot, question: z.int(), about: RunQuestion }),
  z.strictObject({ op: z.literal("closed"), slot: Slot }),
]);
export type FromBroker = z.infer<typeof FromBroker>;

/** What Deno asks, and what it is answered (its schemas permission-broker-request.v1, -response.v1; Deno 2.9.6). */
export const Asked = z.object({
  v: z.literal(1),
  id: z.int(),
  permission: z.string().check(z.maxLength(100)),
  value: z.nullable(z.string()),
});
export type Asked = z.infer<typeof Asked>;

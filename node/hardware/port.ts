/** What listens, by `ss -H -lntup` (iproute2). Pure. */
import * as z from "zod";

export const Port = z.object({
  protocol: z.enum(["tcp", "udp"]),
  port: z.number(),
  /** Addresses that it listens at: `*` is every IPv4 and IPv6 one, `0.0.0.0` every IPv4 one. */
  address: z.string(),
  /** True: nobody outside this machine reaches it. */
  loopback: z.boolean(),
  /** Who listens; empty where this account may not know. */
  programs: z.array(z.object({ name: z.string(), pid: z.number() })),
});
export type Port = z.infer<typeof Port>;

/** Every socket, by port, then protocol. */
export function parseSs(text: string): Port[] {
  return text.split("\n").flatMap((line): Port[] => {
    const columns = line.slice(0, 2000).trim().split(/\s+/);
    const [protocol, , , , local] = columns;
    const found = /^(.*):(\d{1,5})$/.exec(local ?? "");
    if (found === null || (protocol !== "tcp" && protocol !== "udp")) return [];
    const address = found[1].replace(/^\[|\]$/g, "").replace(/\](?=%)/, "");
    const programs = [...columns.slice(6).join(" ").matchAll(/"([^"]{1,64})",pid=(\d{1,10})/g)]
      .map(([, name, pid]) => ({ name, pid: Number(pid) }));
    const loopback = /^(?:127\.|::1(?:%|$)|::ffff:127\.|.*%lo$)/.test(address);
    return [{ protocol, port: Number(found[2]), address, loopback, programs }];
  }).sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0));
}

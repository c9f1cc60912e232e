/** Network interfaces and their addresses by `ip -j address` (iproute2). Pure. */
import * as z from "zod";
import { json } from "./ask.ts";

export const NetworkInterface = z.object({
  name: z.string(),
  up: z.boolean(),
  loopback: z.boolean(),
  addresses: z.array(z.object({
    address: z.string(),
    family: z.enum(["IPv4", "IPv6"]),
    /** global, link or host. */
    scope: z.string(),
  })),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;

const Said = z.array(z.object({
  ifname: z.string().default("?"),
  flags: z.array(z.string()).default([]),
  addr_info: z.array(z.object({
    family: z.string().default(""),
    local: z.string().default(""),
    scope: z.string().default(""),
  })).default([]),
}));

/** Every interface in the kernel's order; null if the text is no such answer. */
export function parseIp(text: string): NetworkInterface[] | null {
  const parsed = Said.safeParse(json(text));
  if (!parsed.success) return null;
  return parsed.data.filter(({ ifname }) => ifname !== "?").map(({ ifname, flags, addr_info }) => ({
    name: ifname,
    up: flags.includes("UP"),
    loopback: flags.includes("LOOPBACK"),
    addresses: addr_info.filter(({ local }) => local !== "").map(({ local, family, scope }) => ({
      address: local,
      family: family === "inet6" ? "IPv6" as const : "IPv4" as const,
      scope,
    })),
  }));
}

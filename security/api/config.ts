/** The `server:` section: where `serve` listens. Names are those of harombe 0.3. */
import * as z from "zod";

export const ServerConfig = z.strictObject({
  server: z.strictObject({
    /** This machine alone: another address would let in machines that were never paired. */
    host: z.enum(["127.0.0.1", "localhost"], {
      error: "only 127.0.0.1: machines cannot be paired yet, so no other may reach the server",
    }).default("127.0.0.1"),
    /** 0 takes any that is free. */
    port: z.int().min(0).max(65_535).default(8484),
  }).prefault({}),
});
export type ServerConfig = z.infer<typeof ServerConfig>;

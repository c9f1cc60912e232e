/** Where newer versions come from, if the owner says so. */
import * as z from "zod";

export const UpdateConfig = z.strictObject({
  update: z.strictObject({
    /**
     * The folder or the manifest of releases that `update` asks where it is given none; null: nothing is asked. A release
     * from here by https needs no checksum of its own. A private host is dialled only if it stands here.
     */
    url: z.url({ protocol: /^https?$/, error: "it must be an address such as https://releases.example/harombe/" })
      .refine((url) => !/[?#@]/.test(url), { error: "it may hold no credentials, query or fragment" })
      .nullable().default(null),
  }).prefault({}),
});
export type UpdateConfig = z.infer<typeof UpdateConfig>;

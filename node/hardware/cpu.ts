/** The processor by `lscpu -J` (util-linux), or by /proc/cpuinfo where that is missing. Pure. */
import * as z from "zod";
import { json, whole } from "./ask.ts";

export const Cpu = z.object({
  model: z.string().nullable(),
  /** Physical cores, and the threads that they run at once. */
  cores: z.number().nullable(),
  threads: z.number().nullable(),
  /** Those of `MATTERING` that it has. */
  flags: z.array(z.string()),
  /** The hypervisor's vendor; null = the processor names none. */
  hypervisor: z.string().nullable(),
});
export type Cpu = z.infer<typeof Cpu>;

/** What decides how fast a model runs on a processor (ggml's CPU backend picks code by these). */
const MATTERING = [
  "avx",
  "f16c",
  "fma",
  "avx2",
  "avx_vnni",
  "avx512f",
  "avx512_vnni",
  "avx512_bf16",
  "amx_int8",
  "neon",
  "asimd",
  "asimddp",
  "i8mm",
  "sve",
];

type Field = { field: string; data: string | null; children?: Field[] };
const Field: z.ZodType<Field> = z.lazy(() =>
  z.object({ field: z.string(), data: z.string().nullable().default(null), children: z.array(Field).optional() })
);
const Said = z.object({ lscpu: z.array(Field) });

/** From `lscpu -J`; null if the text is no such answer. */
export function parseLscpu(text: string): Cpu | null {
  const parsed = Said.safeParse(json(text));
  if (!parsed.success) return null;
  const flat = (fields: Field[]): Field[] => fields.flatMap((field) => [field, ...flat(field.children ?? [])]);
  const known = new Map(flat(parsed.data.lscpu).toReversed().map(({ field, data }) => [field.replace(/:$/, ""), data]));
  const figure = (name: string) => whole(known.get(name) ?? undefined);
  const each = figure("Core(s) per socket") ?? figure("Core(s) per cluster");
  const groups = figure("Socket(s)") ?? figure("Cluster(s)");
  const model = known.get("Model name") ?? null;
  return {
    model: model === "-" ? null : model,
    cores: each === null || groups === null ? null : each * groups,
    threads: figure("CPU(s)"),
    flags: mattering(known.get("Flags") ?? ""),
    hypervisor: known.get("Hypervisor vendor") ?? null,
  };
}

/** From /proc/cpuinfo; null if it names no processor. */
export function parseCpuinfo(text: string): Cpu | null {
  const blocks = text.split(/\n\n+/).map((block) =>
    new Map(
      block.split("\n").slice(0, 100).map((line): [string, string] => {
        const at = line.indexOf(":");
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
    )
  );
  const threads = blocks.filter((block) => block.has("processor"));
  if (threads.length === 0) return null;
  const ids = threads.map((block) =>
    block.has("core id") ? `${block.get("physical id")}/${block.get("core id")}` : null
  );
  const flags = threads[0].get("flags") ?? threads[0].get("Features") ?? "";
  return {
    model: threads[0].get("model name") ?? blocks.at(-1)?.get("Model") ?? null,
    cores: ids.includes(null) ? null : new Set(ids).size,
    threads: threads.length,
    flags: mattering(flags),
    hypervisor: flags.split(" ").includes("hypervisor") ? "unknown" : null,
  };
}

function mattering(flags: string): string[] {
  const all = new Set(flags.split(/\s+/));
  return MATTERING.filter((flag) => all.has(flag));
}

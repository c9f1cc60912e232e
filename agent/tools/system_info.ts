/** `system_info`: this machine, as far as a confined shell line can see it. */
import { z } from "zod";
import { DEFAULT_LIMITS } from "../../security/sandbox/grant.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import type { Tool } from "../../security/tool.ts";
import { answer, bytesText } from "./bounded.ts";

const SystemArguments = z.object({});

/** Fixed: no argument of any call is part of it. Each answer begins with its mark, so a missing one is seen. */
const LINE = [
  'echo "@os"; uname -srm',
  'echo "@memory"; grep -E "^(MemTotal|MemAvailable):" /proc/meminfo',
  'echo "@load"; cat /proc/loadavg',
  'echo "@uptime"; cat /proc/uptime',
  'echo "@disk"; df -Pk .',
  'echo "@cores"; grep -c ^processor /proc/cpuinfo',
  "true",
].join("; ");

type Facts = Record<string, string | number | null>;

/** What `LINE` printed, as figures; null where it could not be known. */
export function systemFacts(output: string): Facts {
  const parts = new Map(
    output.split(/^@/m).map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1).trim()] as const;
    }),
  );
  const figure = (part: string, pattern: RegExp, factor = 1) => {
    const found = pattern.exec(parts.get(part) ?? "")?.[1];
    return found === undefined ? null : Math.round(Number(found) * factor);
  };
  const disk = parts.get("disk")?.split("\n").at(-1)?.split(/\s+/) ?? [];
  return {
    os: parts.get("os") || null,
    cores: figure("cores", /^(\d+)$/),
    memoryBytes: figure("memory", /MemTotal:\s+(\d+)/, 1024),
    memoryFreeBytes: figure("memory", /MemAvailable:\s+(\d+)/, 1024),
    load: /^([\d.]+ [\d.]+ [\d.]+)/.exec(parts.get("load") ?? "")?.[1] ?? null,
    uptimeSeconds: figure("uptime", /^([\d.]+)/),
    diskBytes: /^\d+$/.test(disk[1] ?? "") ? Number(disk[1]) * 1024 : null,
    diskFreeBytes: /^\d+$/.test(disk[3] ?? "") ? Number(disk[3]) * 1024 : null,
  };
}

async function look(sandbox: Sandbox, signal: AbortSignal): Promise<{ facts: Facts; why: string | null }> {
  const said: string[] = [];
  const limits = { ...DEFAULT_LIMITS, ms: 5000 };
  const grant = { program: "shell", source: LINE, folder: "ro", cwd: "", env: {}, limits } as const;
  try {
    await sandbox.run(grant, ({ stream, text }) => void (stream === "stdout" && said.push(text)), signal);
    return { facts: systemFacts(said.join("")), why: null };
  } catch (error) {
    signal.throwIfAborted();
    return { facts: systemFacts(""), why: error instanceof Error ? error.message : String(error) };
  }
}

export function systemInfo(): Tool<z.infer<typeof SystemArguments>> {
  return {
    name: "system_info",
    description: "Time, zone, OS, cores, memory, load, uptime, disk.",
    parameters: SystemArguments,
    needs: { files: "read", run: "shell" },
    readOnly: true,
    assess: () => ({ risk: "LOW", reasons: ["reads figures of this machine by a fixed line"] }),
    targets: () => ["system"],
    run: async (_args, { sandbox }, signal) => {
      const { facts, why } = await look(sandbox, signal);
      const now = new Date();
      const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const size = (key: string) => facts[key] === null ? null : bytesText(Number(facts[key]));
      const rows: [string, string | null][] = [
        ["time", `${now.toLocaleString("sv-SE", { timeZone })} ${timeZone}`],
        ["os", facts.os as string | null],
        ["cores", facts.cores === null ? null : String(facts.cores)],
        ["memory", size("memoryBytes") && `${size("memoryBytes")}, ${size("memoryFreeBytes") ?? "?"} free`],
        ["load", facts.load as string | null],
        ["uptime", facts.uptimeSeconds === null ? null : `${(Number(facts.uptimeSeconds) / 3600).toFixed(1)} hours`],
        ["disk", size("diskBytes") && `${size("diskBytes")}, ${size("diskFreeBytes")} free (workspace)`],
      ];
      const lines = rows.map(([name, value]) => `${name}: ${value ?? `unavailable${why ? `: ${why}` : ""}`}`);
      return answer(lines.join("\n"), { time: now.getTime(), timeZone, ...facts });
    },
  };
}

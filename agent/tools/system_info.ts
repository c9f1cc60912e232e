/** `system_info`: this machine's figures. */
import * as z from "zod";
import { DEFAULT_LIMITS } from "../../security/sandbox/grant.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import type { Tool } from "../../security/tool.ts";
import { answer, bytesText } from "./bounded.ts";

const SystemArguments = z.object({});

/** What the process itself may know; null is what it may not. Sizes in bytes, times in seconds. */
export type MachineFacts = {
  os: string | null;
  host: string | null;
  cores: number | null;
  memoryBytes: number | null;
  memoryFreeBytes: number | null;
  /** Averages over 1, 5 and 15 minutes, separated by spaces. */
  load: string | null;
  uptimeSeconds: number | null;
};

type Disk = { diskBytes: number | null; diskFreeBytes: number | null };

/** The figures of `df -Pk .` (POSIX.1, 1024-byte blocks), or nulls. */
export function diskFacts(output: string): Disk {
  const [, blocks, , free] = output.trim().split("\n").at(-1)?.split(/\s+/) ?? [];
  const bytes = (text: string | undefined) => /^\d+$/.test(text ?? "") ? Number(text) * 1024 : null;
  return { diskBytes: bytes(blocks), diskFreeBytes: bytes(free) };
}

async function disk(sandbox: Sandbox, signal: AbortSignal): Promise<Disk & { why: string | null }> {
  const said: string[] = [];
  const limits = { ...DEFAULT_LIMITS, ms: 5000 };
  const grant = { program: "shell", source: "df -Pk .", folder: "ro", cwd: "", env: {}, limits } as const;
  try {
    await sandbox.run(grant, ({ stream, text }) => void (stream === "stdout" && said.push(text)), signal);
    return { ...diskFacts(said.join("")), why: null };
  } catch (error) {
    signal.throwIfAborted();
    return { ...diskFacts(""), why: error instanceof Error ? error.message : String(error) };
  }
}

/** `facts` is asked at each call; the disk is that of the workspace, looked at by a fixed line in the sandbox. */
export function systemInfo(facts: () => MachineFacts): Tool<z.infer<typeof SystemArguments>> {
  return {
    name: "system_info",
    description: "Time, zone, OS, host, cores, memory, load, uptime, disk.",
    parameters: SystemArguments,
    needs: { files: "read", run: "shell" },
    readOnly: true,
    assess: () => ({ risk: "LOW", reasons: ["reads figures of this machine"] }),
    targets: () => ["system"],
    run: async (_args, { sandbox }, signal) => {
      const { why, ...space } = await disk(sandbox, signal);
      const known = { ...facts(), ...space };
      const now = new Date();
      const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const size = (bytes: number | null) => bytes === null ? null : bytesText(bytes);
      const rows: [string, string | null][] = [
        ["time", `${now.toLocaleString("sv-SE", { timeZone })} ${timeZone}`],
        ["os", known.os],
        ["host", known.host],
        ["cores", known.cores?.toString() ?? null],
        ["memory", size(known.memoryBytes) && `${size(known.memoryBytes)}, ${size(known.memoryFreeBytes) ?? "?"} free`],
        ["load", known.load],
        ["uptime", known.uptimeSeconds === null ? null : `${(known.uptimeSeconds / 3600).toFixed(1)} hours`],
        [
          "disk",
          size(known.diskBytes) && `${size(known.diskBytes)}, ${size(known.diskFreeBytes) ?? "?"} free (workspace)`,
        ],
      ];
      const lines = rows.map(([name, value]) =>
        `${name}: ${value ?? `unavailable${name === "disk" && why ? `: ${why}` : ""}`}`
      );
      return answer(lines.join("\n"), { time: now.getTime(), timeZone, ...known });
    },
  };
}

/** Running programs by `ps -eo pid=,user=,pcpu=,rss=,etimes=,comm=` (procps). Pure. */
import * as z from "zod";

export const Process = z.object({
  pid: z.number(),
  user: z.string(),
  /** Processor time over its whole life, percent of one core. */
  cpuPercent: z.number(),
  /** Resident memory, bytes; memory that it shares with others is counted in each. */
  memoryBytes: z.number(),
  /** Since it started. */
  seconds: z.number(),
  /** The program's name as it gave it itself, at most 15 bytes on Linux. */
  name: z.string(),
});
export type Process = z.infer<typeof Process>;

/** Every line that reads as a process, in ps' order. */
export function parsePs(text: string): Process[] {
  return text.split("\n").flatMap((line): Process[] => {
    const found = /^ *(\d{1,10}) +(\S+) +(\d{1,6}(?:\.\d+)?) +(\d{1,14}) +(\d{1,12}) +(\S.*)$/.exec(line.slice(0, 500));
    if (found === null) return [];
    const [, pid, user, cpu, kib, seconds, name] = found;
    return [{
      pid: Number(pid),
      user,
      cpuPercent: Number(cpu),
      memoryBytes: Number(kib) * 1024,
      seconds: Number(seconds),
      name: name.trim(),
    }];
  });
}

/** How a download is shown while it runs: one line that changes on a terminal, else a line for each tenth. */
import { plainLines } from "../failure.ts";
import { size } from "./offer.ts";

export type ProgressLine = {
  show(progress: { bytes: number; total?: number; waiting?: string }): void;
  /** Ends the line; bytes per second since the first word, null if too little came to tell. */
  end(): number | null;
};

const BAR = 24;
/** Less than so many milliseconds says nothing about speed. */
const TELLING_MS = 500;

/** `now` in milliseconds. */
export function progressLine(
  out: { isTerminal: boolean; write(text: string): void },
  { what, columns, now }: { what: string; columns: () => number; now(): number },
): ProgressLine {
  const state = {
    first: null as { bytes: number; at: number } | null,
    last: { bytes: 0, at: 0 },
    tenth: -1,
    open: false,
  };
  const rate = () => {
    if (state.first === null || state.last.at - state.first.at < TELLING_MS) return null;
    return (state.last.bytes - state.first.bytes) / (state.last.at - state.first.at) * 1000;
  };
  return {
    show({ bytes, total, waiting }) {
      if (waiting !== undefined) {
        if (state.open) out.write("\n");
        state.open = false;
        return out.write(`${plainLines(waiting)}\n`);
      }
      state.last = { bytes, at: now() };
      state.first ??= state.last;
      if (out.isTerminal) {
        out.write(`\r\x1b[K${rowOf({ what, bytes, total, rate: rate() }).slice(0, Math.max(10, columns() - 1))}`);
        state.open = true;
        return;
      }
      const tenth = total === undefined ? Math.floor(bytes / 1e8) : Math.floor(bytes / total * 10);
      if (tenth <= state.tenth) return;
      state.tenth = tenth;
      out.write(`${rowOf({ what, bytes, total, rate: rate() })}\n`);
    },
    end() {
      if (state.open) out.write("\n");
      state.open = false;
      return rate();
    },
  };
}

function rowOf(
  { what, bytes, total, rate }: { what: string; bytes: number; total?: number; rate: number | null },
): string {
  const speed = rate === null ? "" : `  ${size(rate)}/s`;
  if (total === undefined || total === 0) return plainLines(`${what}  ${size(bytes)}${speed}`);
  const share = Math.min(1, bytes / total);
  const filled = Math.floor(share * BAR);
  const left = rate === null || rate <= 0 ? "" : `  ${clock((total - bytes) / rate)} left`;
  const bar = `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}]`;
  return plainLines(`${what}  ${bar} ${Math.floor(share * 100)} %  ${size(bytes)} of ${size(total)}${speed}${left}`);
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

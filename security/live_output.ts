/** The output of a running call on its way to a screen: without secrets, bounded, and silent once the call is over. */
import type { ToolProgress } from "./tool.ts";
import type { Scrub } from "./secrets/scrub.ts";

const LONGEST = 4 << 20;

export type LiveOutput = {
  emit(progress: ToolProgress): void;
  /** Gives what was held back; later output is dropped. */
  end(): void;
};

/** Passes output on to `deliver`, each stream scrubbed as one text. What `deliver` throws is thrown at the tool. */
export function liveOutput(scrub: Scrub, deliver: (progress: ToolProgress) => void): LiveOutput {
  const streams = { stdout: scrub.stream(), stderr: scrub.stream() };
  const state = { over: false, left: LONGEST };
  const send = (stream: ToolProgress["stream"], text: string) => {
    if (text === "" || state.left <= 0) return;
    const kept = text.slice(0, state.left);
    state.left -= text.length;
    deliver({ type: "output", stream, text: state.left > 0 ? kept : `${kept}\n[more output is not shown]\n` });
  };
  return {
    emit({ stream, text }) {
      if (!state.over && state.left > 0) send(stream, streams[stream].push(text));
    },
    end() {
      if (state.over) return;
      state.over = true;
      send("stdout", streams.stdout.end());
      send("stderr", streams.stderr.end());
    },
  };
}

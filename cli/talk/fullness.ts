/** How full the model's context is, as it was measured last. */
import type { AgentEvent } from "../../agent/event.ts";
import type { LongTalk } from "../talk.ts";

export type Fullness = {
  /** As `62 %`; "" where no model answers. */
  text(): string;
  /** Whole percent; 0 where no model answers. */
  percent(): number;
  measure(signal: AbortSignal): Promise<void>;
  /** `events`, measured when they have ended, also after an abort. */
  after(events: AsyncIterable<AgentEvent>): AsyncGenerator<AgentEvent>;
};

/** Not measured yet: the text is "" until `measure` was called. */
export function fullnessOf(context: LongTalk["context"]): Fullness {
  const last = { percent: null as number | null };
  const measure = async (signal: AbortSignal) => {
    const now = await context(signal);
    last.percent = now === null ? null : Math.round(now.tokens / now.most * 100);
  };
  return {
    text: () => last.percent === null ? "" : `${last.percent} %`,
    percent: () => last.percent ?? 0,
    measure,
    async *after(events) {
      yield* events;
      await measure(new AbortController().signal);
    },
  };
}

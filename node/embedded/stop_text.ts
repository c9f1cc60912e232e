/** Ends a text at the first of some strings. Pure, but for what it remembers. */

/** `push` gives what is sure to come before any of the strings; `rest` what was held back for want of the next piece. */
export type StopText = { push(piece: string): string; rest(): string; readonly stopped: boolean };

/** A text that ends before the first occurrence of any of `stops`; empty strings among them count for nothing. */
export function stopText(stops: readonly string[]): StopText {
  const marks = stops.filter((stop) => stop !== "");
  const longest = marks.reduce((most, stop) => Math.max(most, stop.length), 0);
  const state = { held: "", stopped: false };
  return {
    get stopped() {
      return state.stopped;
    },
    push(piece) {
      if (state.stopped) return "";
      const text = state.held + piece;
      const at = marks.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
      if (at.length > 0) {
        state.stopped = true;
        state.held = "";
        return text.slice(0, Math.min(...at));
      }
      const sure = Math.max(0, text.length - Math.max(0, longest - 1));
      state.held = text.slice(sure);
      return text.slice(0, sure);
    },
    rest() {
      const { held } = state;
      state.held = "";
      return held;
    },
  };
}

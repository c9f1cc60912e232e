/** HTML as a stream of events, within bounds: no page makes this slow, deep or large. */
import { Parser } from "htmlparser2";

export type HtmlEvents = {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
};

/** Elements within one another, and elements at all. More is left out. */
const DEEPEST = 256;
const MOST = 200_000;
const PIECE = 1 << 16;

/** Reads `html`; true if a part was left out because the page is too deep or has too many elements. */
export function readHtml(html: string, events: HtmlEvents): boolean {
  const state = { depth: 0, count: 0, over: false };
  const parser = new Parser({
    onopentag(name, attributes) {
      state.depth++;
      state.over ||= state.depth > DEEPEST || ++state.count > MOST;
      if (!state.over) events.open(name, attributes);
    },
    ontext: (text) => void (state.over || events.text(text)),
    onclosetag(name) {
      state.depth--;
      if (!state.over) events.close(name);
    },
  }, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true });
  for (let at = 0; at < html.length && !state.over; at += PIECE) {
    parser.write(html.slice(at, at + PIECE));
  }
  if (!state.over) parser.end();
  return state.over;
}

/** An answer of a web server as text, by what its content type says. Pure. */
import type { FetchAnswer } from "../../../security/egress/request.ts";
import { htmlText } from "./html_text.ts";

/** `unsupported`: what it is instead, in words. */
export type Page = { title: string; text: string; cut: boolean } | { unsupported: string };

const HTML = /^(?:text\/html|application\/xhtml\+xml)$/;
const TEXT =
  /^(?:text\/.+|application\/(?:json|xml|yaml|x-yaml|javascript|ecmascript|toml|x-ndjson|rtf)|.+\+(?:json|xml|yaml))$/;

/** The body of `answer` as text. A type that is not told is looked at; bytes that are no text are `unsupported`. */
export function pageOf(answer: Pick<FetchAnswer, "headers" | "body" | "cut" | "url">): Page {
  const bytes = Uint8Array.fromBase64(answer.body);
  const [type, ...parameters] = (answer.headers["content-type"] ?? "").split(";").map((part) => part.trim());
  const mime = type.toLowerCase() || (looksLikeText(bytes) ? "text/plain" : "application/octet-stream");
  if (!HTML.test(mime) && !TEXT.test(mime)) {
    return { unsupported: `${shownType(mime)}, ${bytes.length} bytes${answer.cut ? " and more" : ""}` };
  }
  const charset = parameters.map((one) => /^charset="?([\w.:-]{1,40})"?$/i.exec(one)?.[1]).find((one) => one);
  const text = decoded(bytes, charset ?? (HTML.test(mime) ? charsetIn(bytes) : undefined));
  if (text.slice(0, 1000).includes("\0")) {
    return { unsupported: `${shownType(mime)} that holds no text, ${bytes.length} bytes` };
  }
  if (!HTML.test(mime)) return { title: "", text, cut: answer.cut };
  const page = htmlText(text, answer.url);
  return { ...page, cut: page.cut || answer.cut };
}

/** A type that is one (RFC 6838), in few letters: the server chose them, and they stand outside the marks. */
function shownType(mime: string): string {
  return /^[a-z0-9][a-z0-9.+-]{0,39}\/[a-z0-9][a-z0-9.+-]{0,39}$/.test(mime) && !/(?:[.+-][^.+-]*){5}/.test(mime)
    ? mime
    : "of a type that is none";
}

function decoded(bytes: Uint8Array, label: string | undefined): string {
  try {
    return new TextDecoder(label ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function charsetIn(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  return /<meta[^>]{0,200}charset\s{0,3}=\s{0,3}["']?([\w.:-]{1,40})/i.exec(start)?.[1];
}

function looksLikeText(bytes: Uint8Array): boolean {
  return !bytes.subarray(0, 1024).includes(0);
}

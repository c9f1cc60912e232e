/** `fetch_url`: one page of the web as text. Each call is asked about unless a rule allows its host. */
import process from "node:process";
import * as z from "zod";
import { text } from "../../../node/chat.ts";
import { addressKind } from "../../../security/egress/address.ts";
import type { FetchAnswer } from "../../../security/egress/request.ts";
import { parseTarget } from "../../../security/egress/target.ts";
import { findSecrets } from "../../../security/secrets/find_secrets.ts";
import type { Assessment, Tool, ToolOutput } from "../../../security/tool.ts";
import { LONGEST_OUTPUT } from "../bounded.ts";
import { fromOutside, newMark } from "./outside.ts";
import type { Page } from "./page.ts";

/** Bytes of a page that are read; most pages have a tenth of it. */
const MOST_BYTES = 4 << 20;
const FETCH_MS = 30_000;
/** Characters behind the `?` that can be a question; more can be somebody's data. */
const QUESTION = 200;
/** Longer than the names of nearly all servers; each label of a name is told to whoever answers for it. */
const LONG_HOST = 80;

/** `named`: private hosts that the owner named for fetching, as `host` or `host:port`. */
export function fetchUrl({ named }: { named: readonly string[] }): Tool<FetchUrl> {
  return {
    name: "fetch_url",
    description: "Read a web page (http, https) as text.",
    parameters: argumentsFor(named),
    needs: { files: "none", run: "none", net: true },
    readOnly: true,
    assess: ({ url }) => assessUrl(url),
    effects: () => ["send"],
    decisive: ["url"],
    yields: ({ url }) => ({ kind: "page", name: URL.parse(url)?.host ?? "the web" }),
    targets: ({ url }) => [url],
    preview: ({ url }) => Promise.resolve({ kind: "text", text: shownUrl(url) }),
    run: async ({ url, from }, { sandbox }, signal) => {
      const request = { url, method: "GET" as const, headers: ACCEPTED, maxBytes: MOST_BYTES, ms: FETCH_MS };
      const answer = await sandbox.fetch({ ...request, redirects: "same-host" }, () => {}, signal);
      // Loaded when a page is there: the parser of HTML is large.
      const { pageOf } = await import("./page.ts");
      return said(answer, { asked: url, from, mark: newMark(), pageOf });
    },
  };
}

const ACCEPTED = { accept: "text/html, application/xhtml+xml, text/*, application/json;q=0.9, */*;q=0.1" };

/** The URL comes out as it will be sent: rules, the person and the server see the same text. */
function argumentsFor(named: readonly string[]) {
  return z.object({
    url: z.string().max(4000).transform((url, context) => {
      try {
        const target = parseTarget(url, named);
        const kind = addressKind(target.host);
        const local = target.host === "localhost" || target.host.endsWith(".localhost");
        if (!target.named && (local || (/[:.]/.test(target.host) && isAddress(target.host) && kind !== "public"))) {
          throw new TypeError(`${target.host} is an address of this machine or house; its owner has not named it`);
        }
        return target.url;
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    }),
    from: z.int().min(0).default(0).describe("first character"),
  });
}
type FetchUrl = z.infer<ReturnType<typeof argumentsFor>>;

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}

/** Sending an address out is MEDIUM; one that carries much, or a secret, is HIGH. Pure. */
export function assessUrl(text: string): Assessment {
  const url = new URL(text);
  const reasons = [`sends this address to ${hostText(url)}`];
  if (url.protocol === "http:") reasons.push("it is not encrypted: others on the way can read and change it");
  const carried = `${url.pathname}${url.search}`;
  const kinds = [
    ...new Set([carried, decoded(carried)].flatMap((one) => findSecrets(one, () => [])).map(({ kind }) => kind)),
  ];
  if (kinds.length > 0) {
    return { risk: "HIGH", reasons: [...reasons, `it seems to carry a secret: ${kinds.join(", ")}`] };
  }
  const much = Math.max(url.search.length, carried.length - 300);
  if (much > QUESTION) return { risk: "HIGH", reasons: [...reasons, `it carries ${carried.length} characters out`] };
  if (url.hostname.length > LONG_HOST) {
    return {
      risk: "HIGH",
      reasons: [...reasons, `its host's name, ${url.hostname.length} characters, can carry data out`],
    };
  }
  return { risk: "MEDIUM", reasons };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name that `host`, in ASCII, stands for. */
function unicodeOf(host: string): string {
  return process.getBuiltinModule("node:url").domainToUnicode(host);
}

/** A host with what its ASCII form stands for, where that differs. */
function hostText({ host, hostname }: URL): string {
  const unicode = unicodeOf(hostname);
  return unicode === "" || unicode === hostname ? host : `${host} (which reads ${unicode})`;
}

/** The whole URL, its host by itself, and its path and query also decoded where that differs. */
function shownUrl(text: string): string {
  const url = new URL(text);
  const plain = decoded(`${url.pathname}${url.search}`);
  const rows = [`GET ${text}`, `host ${hostText(url)}`];
  if (plain !== `${url.pathname}${url.search}`) rows.push(`decoded ${plain}`);
  return rows.join("\n");
}

/** What the model reads of `answer`. Outside the marks stands nothing that the server chose, not even the path that it redirected to. */
function said(
  answer: FetchAnswer,
  { asked, from, mark, pageOf }: { asked: string; from: number; mark: string; pageOf(answer: FetchAnswer): Page },
): ToolOutput {
  const { status, url, headers } = answer;
  const source = asked.slice(0, 500);
  if (status >= 300 && status < 400 && headers.location !== undefined) {
    const where = headers.location.slice(0, 2000);
    const note = `${source} redirects to another server, which was not asked. To read it, fetch that URL:`;
    return {
      content: text(`${note}\n${fromOutside(where, { source, mark })}`),
      data: { status, url, location: where },
    };
  }
  const page = pageOf(answer);
  if ("unsupported" in page) {
    const problem = `Cannot read ${source}: it is ${page.unsupported}, which fetch_url does not support`;
    return { content: text(problem), isError: true, data: { status, url } };
  }
  const moved = url === asked ? "" : `(answered at ${url.slice(0, 2000)})\n\n`;
  const whole = `${moved}${page.title === "" ? page.text : `# ${page.title}\n\n${page.text}`}`;
  const part = whole.slice(from, from + LONGEST_OUTPUT).toWellFormed();
  const rest = whole.length - from - part.length;
  const notes = [
    status === 200 ? null : `The server answered ${status}.`,
    from > 0 ? `From character ${from} of ${whole.length}.` : null,
    rest > 0 ? `${rest} characters more: call again with from ${from + part.length}.` : null,
    page.cut ? "The page is longer than is read." : null,
    page.text === "" ? "The page has no text." : null,
  ].filter((note) => note !== null);
  return {
    content: text([...notes, fromOutside(part, { source, mark })].join("\n")),
    isError: status >= 400,
    data: { status, url, title: page.title, characters: whole.length },
  };
}

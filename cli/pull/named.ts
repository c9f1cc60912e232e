/** From what a person typed to the model file that it means. */
import { catalogueModel } from "../../node/catalogue.ts";
import { ModelName } from "../../node/model_record.ts";
import type { Fetch } from "../../security/egress/request.ts";
import { EXIT, Exit, short } from "../failure.ts";
import { factsOf, fileUrl, type HubFile, hubFileOf, listingOf } from "./hub.ts";
import type { Item } from "./item.ts";

/** A model file before it is one of the items: who it is, and what is known of it. */
export type ModelFile = Pick<Item, "url" | "bytes" | "sha256" | "checked" | "licence"> & {
  /** Under which it is installed. */
  name: string;
  parameters: number | null;
  active: number | null;
  quantization: string | null;
  contextLength: number | null;
  /** Where its hash, licence and figures were read. */
  source: string | null;
};

/** `ollama`: for Ollama to fetch. `hub`, `url`, `catalogue`: for us. Pure. */
export type Named =
  | { kind: "ollama"; name: string }
  | { kind: "catalogue"; name: string }
  | { kind: "hub"; file: HubFile }
  | { kind: "repo"; repo: string; quantization: string | null }
  | { kind: "url"; url: string };

/** Reads NAME or URL. Throws `Exit` 2 if it is neither. */
export function readName(text: string, hub: string): Named {
  if (catalogueModel(text)) return { kind: "catalogue", name: text.toLowerCase() };
  if (/^https?:\/\//i.test(text)) {
    const file = hubFileOf(text, hub);
    if (file !== null) return { kind: "hub", file };
    if (URL.parse(text) === null) throw new Exit(EXIT.usage, `Cannot pull ${short(text)}: it is no URL`);
    return { kind: "url", url: text };
  }
  const [, repo, file, quantization] =
    /^(?:hf:)?(\w[\w.-]*\/\w[\w.-]*)(?:\/([\w./-]+\.gguf)|:([\w.-]+))?$/.exec(text) ??
      [];
  if (repo !== undefined && file !== undefined) return { kind: "hub", file: { hub, repo, revision: "main", file } };
  if (repo !== undefined) return { kind: "repo", repo, quantization: quantization ?? null };
  const ollama = /^ollama:([\w./:-]{1,200})$/.exec(text)?.[1] ?? /^[\w.-]{1,100}:[\w.-]{1,100}$/.exec(text)?.[0];
  if (ollama !== undefined) return { kind: "ollama", name: ollama };
  throw new Exit(
    EXIT.usage,
    `Cannot pull ${
      short(text)
    }: it is no name of the catalogue (harombe models show lists them), no OWNER/REPO, no URL, and no NAME:TAG of Ollama's`,
  );
}

export type Checks = {
  /** As the person gave it. */
  sha256: string | null;
  /** The person takes whatever comes. */
  unverified: boolean;
  /** Another name to install it under. */
  name: string | null;
};

/** Asks the hub what it knows of `named`. Throws `Exit` where nothing may be fetched by it. */
export async function modelFile(
  named: Exclude<Named, { kind: "ollama" }>,
  { hub, quantization, checks, fetching }: { hub: string; quantization: string; checks: Checks; fetching: Fetch },
  signal: AbortSignal,
): Promise<ModelFile> {
  if (named.kind === "url") return checked(bare(named.url, checks), checks);
  if (named.kind === "catalogue") {
    const model = catalogueModel(named.name)!;
    const at = { hub, repo: model.repo, revision: "main", file: model.file };
    const facts = await factsOf(fetching, at, signal);
    if (facts.sha256 !== null && facts.sha256 !== model.sha256) {
      throw new Exit(
        EXIT.failed,
        `Cannot pull ${model.name}: the hub now has another file than the catalogue knows (SHA-256 ${facts.sha256}, and ${model.sha256} was expected)`,
      );
    }
    const { parameters, active, contextLength, licence, sha256, name, source, date } = model;
    return checked({
      name,
      url: fileUrl(at),
      bytes: model.bytes ?? facts.bytes,
      sha256,
      checked: "catalogue",
      licence,
      parameters,
      active,
      quantization: model.quantization,
      contextLength,
      source: `${source}, read ${date}`,
    }, checks);
  }
  const file = named.kind === "hub" ? named.file : await fileOf(named, { hub, quantization, fetching }, signal);
  const facts = await factsOf(fetching, file, signal);
  return checked({
    ...bare(fileUrl(file), checks),
    bytes: facts.bytes,
    sha256: facts.sha256,
    checked: facts.sha256 === null ? "unverified" : "hub",
    licence: facts.licence,
    source: `${file.hub}/${file.repo}`,
  }, checks);
}

function bare(url: string, checks: Checks): ModelFile {
  const last = URL.parse(url)?.pathname.split("/").at(-1) ?? "";
  const plain = last.replace(/\.gguf$/i, "").replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(
    0,
    120,
  );
  const name = checks.name ?? plain;
  if (!ModelName.safeParse(name).success) {
    throw new Exit(EXIT.usage, `Cannot name the model of ${short(url)}: give it a name by --name`);
  }
  return {
    name,
    url,
    bytes: null,
    sha256: null,
    checked: "unverified",
    licence: null,
    parameters: null,
    active: null,
    quantization: /(?:^|[.-])(I?Q\d\w*|F16|BF16|F32|MXFP4)$/i.exec(plain)?.[1]?.toUpperCase() ?? null,
    contextLength: null,
    source: null,
  };
}

/** `file` with what the person said of its hash. Throws `Exit` 2 where nobody says one and nobody took that upon himself. */
function checked(file: ModelFile, { sha256, unverified, name }: Checks): ModelFile {
  const named = name === null ? file : { ...file, name };
  if (!ModelName.safeParse(named.name).success) throw new Exit(EXIT.usage, `Cannot name a model ${short(named.name)}`);
  if (sha256 !== null && !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new Exit(EXIT.usage, `Cannot use as SHA-256, which has 64 hexadecimal digits: ${short(sha256)}`);
  }
  const given = sha256?.toLowerCase() ?? null;
  if (given !== null && file.sha256 !== null && given !== file.sha256) {
    throw new Exit(
      EXIT.failed,
      `Cannot pull ${named.name}: its source says SHA-256 ${file.sha256}, and ${given} was given`,
    );
  }
  if (given !== null && file.sha256 === null) return { ...named, sha256: given, checked: "given" };
  if (file.sha256 === null && !unverified) {
    throw new Exit(
      EXIT.usage,
      `Cannot pull ${
        short(file.url)
      }: nothing says what its SHA-256 must be. Give it by --sha256, or take whatever comes by --unverified`,
    );
  }
  return named;
}

/** The one file of a repository that is meant. Throws `Exit` 2 that lists what there is. */
async function fileOf(
  { repo, quantization: asked }: Extract<Named, { kind: "repo" }>,
  { hub, quantization, fetching }: { hub: string; quantization: string; fetching: Fetch },
  signal: AbortSignal,
): Promise<HubFile> {
  const listing = await listingOf(fetching, { hub, repo }, signal);
  if (listing === null) throw new Exit(EXIT.failed, `Cannot pull ${short(repo)}: ${hub} has no such repository`);
  const files = listing.siblings.map((one) => one.rfilename)
    .filter((file) => /^[\w./-]+\.gguf$/i.test(file) && !/-\d{5}-of-\d{5}\.gguf$/i.test(file));
  const want = (asked ?? quantization).toLowerCase();
  const meant = files.filter((file) => file.toLowerCase().endsWith(`${want}.gguf`));
  if (meant.length === 1) return { hub, repo, revision: "main", file: meant[0] };
  const there = files.length === 0
    ? "it has no GGUF file in one piece"
    : `choose one of: ${files.slice(0, 30).join(", ")}`;
  throw new Exit(EXIT.usage, `Cannot tell which file of ${short(repo)} is meant (${short(want)}): ${there}`);
}

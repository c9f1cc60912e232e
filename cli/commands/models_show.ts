/** `harombe models show [NAME]`: a model that was fetched or could be; without a name, all of them. */
import { join } from "node:path";
import { CATALOGUE, type CatalogueModel, catalogueModel } from "../../node/catalogue.ts";
import { weightBytes } from "../../node/model_sizes.ts";
import { stateDirectory } from "../config.ts";
import { EXIT, Exit, plainLines, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { type Installed, installedModel, installedModels } from "../pull/installed.ts";
import { size } from "../pull/offer.ts";
import type { Args } from "../talk.ts";

/** Prints it; 0. Throws `Exit` 1 for a name that is neither here nor in the catalogue. */
export async function modelsShow(args: Args, io: Io): Promise<number> {
  const directory = join(stateDirectory(io.env), "models");
  const name = String(args.name ?? "");
  if (name === "") {
    const installed = await installedModels(directory, io.signal);
    if (args.json) io.stdout.write(`${jsonText({ installed, catalogue: CATALOGUE })}\n`);
    else io.stdout.write(`${plainLines(listText(installed))}\n`);
    return 0;
  }
  const [installed, known] = [await installedModel(directory, name, io.signal), catalogueModel(name) ?? null];
  if (installed === null && known === null) {
    throw new Exit(
      EXIT.failed,
      `Cannot show ${short(name)}: it was not fetched and is not in the catalogue; harombe models show lists both`,
    );
  }
  if (args.json) io.stdout.write(`${jsonText({ installed, catalogue: known })}\n`);
  else io.stdout.write(`${plainLines(oneText(name, installed, known))}\n`);
  return 0;
}

function listText(installed: readonly Installed[]): string {
  const there = new Set(installed.map(({ name }) => name));
  const rows = [
    ...installed.map((
      { name, bytes, record, broken },
    ) => [name, size(bytes), record?.licence ?? "unknown", broken ?? "installed"]),
    ...CATALOGUE.filter(({ name }) => !there.has(name)).map((one) => [
      one.name,
      one.bytes === null ? estimated(one) : size(one.bytes),
      one.licence,
      `${one.parameters / 1e9} B, ${one.quantization}: harombe models pull ${one.name}`,
    ]),
  ];
  return rows.map(([name, ...rest]) => `${name.padEnd(20)} ${rest[0].padEnd(9)} ${rest[1].padEnd(12)} ${rest[2]}`).join(
    "\n",
  );
}

/** By its parameters and the bits of its quantization, where the catalogue knows no size. */
function estimated({ parameters, quantization }: CatalogueModel): string {
  return `~${size(weightBytes(parameters, quantization))}`;
}

function oneText(name: string, installed: Installed | null, known: CatalogueModel | null): string {
  const record = installed?.record ?? null;
  const number = (value: number | null | undefined, unit: string) => value == null ? "unknown" : `${value} ${unit}`;
  const billions = (value: number | null | undefined) => value == null ? "unknown" : `${value / 1e9} B`;
  const rows: [string, string][] = [
    ["installed", installed === null ? `no: harombe models pull ${name}` : installed.path],
    ...(installed?.broken ? [["broken", installed.broken] as [string, string]] : []),
    [
      "size",
      installed === null && known?.bytes === null ? estimated(known) : size(installed?.bytes ?? known?.bytes ?? null),
    ],
    ["source", record?.url ?? (known === null ? "unknown" : `${known.repo}/${known.file}`)],
    ["licence", record?.licence ?? known?.licence ?? "unknown"],
    ["SHA-256", record === null ? known?.sha256 ?? "unknown" : `${record.sha256} (${CHECKED[record.checked]})`],
    ["parameters", billions(record?.parameters ?? known?.parameters)],
    ["quantized", record?.quantization ?? known?.quantization ?? "unknown"],
    ["context", number(record?.contextLength ?? known?.contextLength, "tokens")],
    ...(record === null ? [] : [["fetched", record.fetchedAt] as [string, string]]),
    ...(known === null ? [] : [["known from", `${known.source}, read ${known.date}`] as [string, string]]),
  ];
  return [name, ...rows.map(([label, text]) => `  ${label.padEnd(12)} ${text}`)].join("\n");
}

const CHECKED = {
  catalogue: "checked against harombe's catalogue",
  hub: "checked against what the hub said",
  given: "checked against what was given",
  unverified: "unverified: nothing said what it must be",
};

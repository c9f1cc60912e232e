/** Values that the owner said in another form, which can mean nothing else: `4` for "4 GB", `allow` for "open". Pure. */
import type { Leaf } from "./leaves.ts";
import { mentions } from "./named.ts";
import { plain } from "./plain.ts";
import type { OwnLine, Sentence } from "./sentence.ts";

const NUMBERS = [
  "",
  "one|ein|eine|einen|une?|una|uno|een|uma?",
  "two|zwei|deux|dos|twee|due|dois|duas",
  "three|drei|trois|tres|drie|tre|três",
  "four|vier|quatre|cuatro|quattro|quatro",
  "five|fünf|cinq|cinco|vijf|cinque",
  "six|sechs|seis|zes|sei",
  "seven|sieben|sept|siete|zeven|sette|sete",
  "eight|acht|huit|ocho|otto|oito",
  "nine|neun|neuf|nueve|negen|nove",
  "ten|zehn|dix|diez|tien|dieci|dez",
  "eleven|elf|onze|once|undici",
  "twelve|zwölf|douze|doce|twaalf|dodici",
];

/** What an argument counts by its name, and the words that people put after such a number. */
const UNITS: readonly [RegExp, string][] = [
  [/(?:^|_)(?:gb|gib|memory|ram|disk|size|storage)(?:_|$)/, "gb|gib|gigabytes?|go|gigas?"],
  [/(?:^|_)(?:mb|mib)(?:_|$)/, "mb|mib|megabytes?|mo"],
  [/(?:^|_)(?:cpus?|cores?|vcpus?)(?:_|$)/, "cpus?|cores?|vcpus?|kerne?n?|cœurs?|núcleos?"],
  [
    /(?:^|_)(?:percent|pct|brightness|volume|level|position)(?:_|$)/,
    "%|percent|prozent|pour ?cent|por ciento|procent|per cento",
  ],
  [/(?:^|_)(?:temperature|temp|degrees|setpoint)(?:_|$)/, "°|degrees?|grad|degrés?|grados?|graden|gradi|graus"],
  [
    /(?:^|_)(?:replicas?|instances?|copies|count|workers?)(?:_|$)/,
    "replicas?|instances?|copies|instanzen|kopien|workers?|réplicas?|pods?",
  ],
  [
    /(?:^|_)(?:people|persons?|guests?|seats|party(?:_size)?|covers)(?:_|$)/,
    "people|persons?|guests?|of us|seats?|personen|leute|gäste|personnes|couverts|personas|persone|pessoas|mensen",
  ],
  [/(?:^|_)(?:minutes?|mins?|duration)(?:_|$)/, "min|mins|minutes?|minuten|minutos?|minuti|minuut"],
  [/(?:^|_)hours?(?:_|$)/, "h|hours?|stunden?|heures?|horas?|uur|ore"],
  [/(?:^|_)(?:days?|keep|retention)(?:_|$)/, "days?|tage?n?|jours?|días?|dagen|giorni|dias"],
  [/(?:^|_)weeks?(?:_|$)/, "weeks?|wochen?|semaines?|semanas?|weken|settimane"],
  [/(?:^|_)(?:quantity|amount_of|pieces|shares)(?:_|$)/, "pieces?|shares?|x|×|stück|aktien|pièces|piezas|stuks|pezzi"],
];

type Asked = (line: OwnLine, at: number) => boolean;

/** A number whose unit, said right after it, is what the argument counts; after "for" a table's people need no unit. */
export function isMeasure(
  { path, value }: Leaf,
  leaves: readonly Leaf[],
  lines: readonly OwnLine[],
  asked: Asked,
): boolean {
  const number = Number(value);
  if (typeof value === "boolean" || String(value).trim() === "" || !Number.isFinite(number) || number < 0) return false;
  const name = path.replace(/^.*\./, "").replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
  const units = UNITS.filter(([argument]) => argument.test(name)).map(([, words]) => words).join("|");
  if (units === "") return false;
  const digits = String(number).replace(".", "[.,]");
  const words = Number.isInteger(number) ? NUMBERS[number] ?? "" : "";
  const said = words === "" ? digits : `${digits}|${words}`;
  const forms = [`(?<![\\p{L}\\p{N}.,:/@%#+-])(?:${said})(?:[.,]0)?\\s?-?(?:${units})(?![\\p{L}\\p{N}])`];
  if (/people|person|guest|seats|party|covers/.test(name)) {
    forms.push(
      `(?<=(?:for|für|pour|para|per|voor) )(?:${said})(?=[\\s.!?,;]*(?:$|[.!?,;]| (?:on|at|am|um|le|à|el|a|op|om|il|alle|tomorrow|tonight|and|und) ))`,
    );
  }
  const pattern = new RegExp(forms.join("|"), "gu");
  const several = new RegExp(`(?<![\\p{L}\\p{N}.,])\\d+(?:[.,]\\d+)?\\s?-?(?:${units})(?![\\p{L}\\p{N}])`, "gu");
  const alone = lines.reduce((n, line) => n + line.text.matchAll(several).take(2).toArray().length, 0) < 2;
  const others = leaves.filter((l) => l.path !== path && typeof l.value === "string" && l.value !== "");
  const beside = (line: OwnLine, at: number) => {
    const sentence = line.sentences.find((s) => s.start <= at && at < s.end);
    if (sentence === undefined) return false;
    const { from, to } = spanAround(sentence, at);
    return others.some((o) => placesOf(o.value as string, line).some((p) => from <= p && p < to));
  };
  return lines.some((line) =>
    [...line.text.matchAll(pattern).take(16)].some(({ index, 0: whole }) =>
      !/^\s*(?:or|oder|ou|o|of|to|bis|-|–)\s*\d/.test(
        line.text.slice(index + whole.length, index + whole.length + 12),
      ) &&
      asked(line, index) && (alone || beside(line, index))
    )
  );
}

/** Words that stand for a value of a fixed few, and for which argument; the first of a group is no different from the others. */
const CHOICES: readonly { argument: RegExp; values: RegExp; words: RegExp; against: RegExp }[] = [
  choice(
    "action|rule|policy|verdict",
    "allow|permit|accept",
    "allow|permit|accept|open|erlaube|öffne|erlauben|öffnen|autorise|ouvre|permite|abre|autoriza|open|consenti|apri|sta",
    "deny|block|forbid|drop|reject|close|sperre|blockiere|schließe|bloque|bloquea|ferme|cierra|blokkeer|sluit|blocca|chiudi",
  ),
  choice(
    "action|rule|policy|verdict",
    "deny|block|drop|reject|forbid",
    "deny|block|forbid|drop|reject|close|sperre|blockiere|schließe|bloque|bloquea|ferme|cierra|blokkeer|sluit|blocca|chiudi",
    "allow|permit|accept|open|erlaube|öffne|autorise|ouvre|permite|abre|consenti|apri|sta",
  ),
  choice(
    "role|permission|access|rights|level",
    "editor|edit|write|writer",
    "edit|write|editor|editors|bearbeiten|schreiben|schreibrechte|éditer|modifier|editar|escribir|bewerken|modificare",
    "read|read-only|readonly|view|viewer|only|lesen|lire|leer|lezen|leggere|admin|owner",
  ),
  choice(
    "role|permission|access|rights|level",
    "viewer|view|read|reader|readonly|read-only|read_only",
    "read|read-only|readonly|view|viewer|viewers|lesen|leserechte|lesezugriff|lecture|lire|lectura|leer|lezen|lettura|leggere",
    "edit|write|editor|bearbeiten|schreiben|éditer|modifier|editar|escribir|bewerken|admin|owner",
  ),
  choice(
    "service|action|command|state|power|on|enabled|active|value",
    "turn_off|off|false|disable|disabled|stop",
    "(?:turn|switch|power) off|(?:off|aus|uit)(?=\\s*(?:$|[.,!?;]))|ausschalten|abschalten|disable|deactivate|deaktiviere|éteins|éteindre|désactive|apaga|desactiva|spegni|disattiva|desliga",
    "on|an|ein|enable|activate|allume|active|enciende|activa|aan|accendi|attiva|liga|toggle",
  ),
  choice(
    "service|action|command|state|power|on|enabled|active|value",
    "turn_on|on|true|enable|enabled|start",
    "(?:turn|switch|power) on|(?:on|an|ein|aan)(?=\\s*(?:$|[.,!?;]))|anschalten|einschalten|enable|activate|aktiviere|allume|active|enciende|activa|accendi|attiva|liga",
    "off|aus|disable|deactivate|deaktiviere|éteins|désactive|apaga|desactiva|uit|spegni|disattiva|desliga|toggle",
  ),
  choice(
    "locked|service|action|state",
    "lock|true|locked",
    "lock|sperre|schließe|verriegle|verrouille|bloquea|vergrendel|blocca",
    "unlock|open|öffne",
  ),
  ...[
    "day|daily|day|days|täglich|tag|jour|quotidien|día|diario|dag|dagelijks|giorno|dia",
    "week|weekly|week|weeks|wöchentlich|woche|semaine|hebdomadaire|semana|semanal|wekelijks|settimana|settimanale",
    "month|monthly|month|months|monatlich|monat|mois|mensuel|mes|mensual|maand|maandelijks|mese|mensile|mês|mensal",
    "year|yearly|annual|annually|year|jährlich|jahr|an|annuel|año|anual|jaar|jaarlijks|anno|annuale|ano",
  ]
    .map((group, i, all) => {
      const [unit, adverb, ...words] = group.split("|");
      const others = all.filter((_, j) => j !== i).flatMap((g) => g.split("|").slice(1)).filter((w) => w !== "an");
      return choice(
        "every|interval|frequency|period|repeat|cadence",
        `${unit}|${adverb}`,
        [adverb, ...words].join("|"),
        others.join("|"),
      );
    }),
];

function choice(argument: string, values: string, words: string, against: string) {
  const whole = (list: string) => new RegExp(`(?<![\\p{L}\\p{N}.@/])(?:${list})(?![\\p{L}\\p{N}@/]|\\.\\p{L})`, "u");
  return {
    argument: new RegExp(`(?:^|[._])(?:${argument})$`, "i"),
    values: new RegExp(`^(?:${values})$`, "i"),
    words: whole(words),
    against: whole(against),
  };
}

/** One of a fixed few, where a clause that names another argument of this call says it in the owner's words and nothing that speaks against it. */
export function isChosen(
  { path, value }: Leaf,
  leaves: readonly Leaf[],
  lines: readonly OwnLine[],
  asked: Asked,
): boolean {
  const fitting = CHOICES.filter((c) => c.argument.test(path) && c.values.test(String(value)));
  if (fitting.length === 0) return false;
  const others = leaves.filter((l) =>
    l.path !== path && typeof l.value !== "boolean" && l.value !== "" && !l.path.endsWith("#")
  );
  return lines.some((line) =>
    others.some((other) =>
      placesOf(other.value as string | number, line).some((at) => {
        const sentence = line.sentences.find((s) => s.start <= at && at < s.end);
        if (sentence === undefined || !asked(line, at)) return false;
        const text = around(sentence, at);
        if (DENIES.test(text)) return false;
        return fitting.some(({ words, against }) => words.test(text) && !against.test(text));
      })
    )
  );
}

/** "She must not edit": what is denied is not chosen. */
const DENIES =
  /(?:^|\s)(?:not|no|never|n't|don't|can't|cannot|mustn't|shouldn't|without|except|unless|nicht|kein\p{L}*|nie|ohne|pas|sans|jamais|sin|nunca|niet|geen|zonder|non|senza|mai|não|sem|\p{L}+n't)(?=[\s,.!?]|$)/u;

/** The words of the sentence that go with `at`: from the nearest "and" or semicolon before it to the next, names of things left out. */
function around(sentence: Sentence, at: number): string {
  const { from, to } = spanAround(sentence, at);
  return sentence.text.slice(from - sentence.start, to - sentence.start);
}

function spanAround(sentence: Sentence, at: number): { from: number; to: number } {
  const cut = /;|\s(?:and|und|et|y|e|then|dann)\s/gu;
  const marks = [...sentence.text.matchAll(cut)].map((m) => m.index + sentence.start);
  return { from: marks.findLast((m) => m <= at) ?? sentence.start, to: marks.find((m) => m > at) ?? sentence.end };
}

/**
 * A part of one token that the owner typed, all of whose parts are arguments of this call: `pool/x` and `snap` of
 * `pool/x@snap`. Also `vite@6.0.3`, where the owner said "vite to 6.0.3".
 */
export function isPartOfToken(
  { value }: Leaf,
  leaves: readonly Leaf[],
  lines: readonly OwnLine[],
  asked: Asked,
): boolean {
  const own = plain(String(value));
  if (own.length < 1 || own.length > 200 || /\s/.test(own)) return false;
  const values = new Set(
    leaves.filter((l) => typeof l.value !== "boolean" && l.value !== "").map((l) => plain(String(l.value))),
  );
  return lines.some((line) =>
    [...line.text.matchAll(/[^\s"'`(),;<>]+/g)].some(({ 0: raw, index }) => {
      const token = raw.replace(/[.:!?]+$/, "").replace(/^-{1,2}/, "");
      if (token.length > 400 || /:\/\/|^[@:=]|[@:=]$/.test(token)) return false;
      return SPLITS.some((at) => {
        const parts = token.split(at).filter((p) => p !== "");
        return parts.length > 1 && parts.length <= 4 && parts.includes(own) && parts.every((p) => values.has(p)) &&
          asked(line, index);
      });
    })
  );
}

const SPLITS = [/[@=]/, /[@:=]/, /:/];

/** `vite@6.0.3`, said as "vite to 6.0.3": both parts in one breath, in this order. */
export function isJoined({ value }: Leaf, lines: readonly OwnLine[], asked: Asked): boolean {
  const [, name, version] = /^([\w./-]{2,80})(?:@|==?|:)(v?\d[\w.-]{0,30})$/.exec(String(value)) ?? [];
  if (name === undefined) return false;
  return lines.some((line) =>
    mentions(name, line).some((at) => {
      const rest = line.text.slice(at + name.length, at + name.length + version.length + 24);
      const said =
        /^ (?:(?:to|auf|à|a|naar|op|em|at|in)? ?(?:version|versión|versione|versie|versão|v)? ?)?(\S+?)[.,!?;]*(?:\s|$)/u
          .exec(rest);
      return said?.[1] === plain(version) && asked(line, at);
    })
  );
}

/** `#garden`, said as "the garden channel". */
export function isChannel({ value }: Leaf, lines: readonly OwnLine[], asked: Asked): boolean {
  const name = /^#([\p{L}\p{N}_-]{2,60})$/u.exec(plain(String(value)))?.[1];
  if (name === undefined) return false;
  return lines.some((line) =>
    [...line.text.matchAll(
      /([\p{L}\p{N}_-]+)[ -](?:channel|kanal|room|kanaal)(?!\p{L})|(?:channel|kanal|canal|kanaal|canale|room|salon) ([\p{L}\p{N}_-]+)/gu,
    )]
      .some((m) => (m[1] === name || m[2] === name) && asked(line, m.index))
  );
}

const FORM =
  /spell|grammar|typo|punctuation|formatting|indentation|rechtschreib|tippfehler|grammatik|zeichensetzung|formatierung|orthograph|fautes|ortograf|gramática|spelling|tikfout|ortografia|grammatica|refusi/;

/** False if the owner asked for a mere correction of form and the new words hold a number or an address that the old ones do not. */
export function keepsFigures(leaves: readonly Leaf[], lines: readonly OwnLine[]): boolean {
  if (!lines.some((l) => FORM.test(l.text))) return true;
  const text = (name: RegExp) =>
    leaves.filter((l) => name.test(l.path) && typeof l.value === "string").map((l) => l.value).join(" ");
  const [before, after] = [text(/(?:^|[._])old/), text(/(?:^|[._])new/)];
  if (before === "" || after === "") return true;
  const figures = (t: string) =>
    [...t.matchAll(/[\p{L}\p{N}@:/._-]*(?:\d|@|:\/\/)[\p{L}\p{N}@:/._-]*/gu)].map(([m]) => m.replace(/[.:]+$/, ""));
  const known = new Set(figures(before));
  return figures(after).every((f) => known.has(f) || lines.some((l) => mentions(f, l).length > 0));
}

/** What people call a kind of thing in a house. */
const THINGS: Record<string, RegExp> = {
  light: /^(?:lights?|lamps?|licht|lichter|lampen?|lumières?|lampes?|luz|luces|luces|luci|luce|lamp|lampada|luzes)$/,
  climate: /^(?:heating|heater|thermostat|heizung|chauffage|calefacción|verwarming|riscaldamento|aquecimento)$/,
  cover:
    /^(?:blinds?|shutters?|curtains?|rollos?|rollläden|rolladen|jalousien?|volets?|stores?|persianas?|rolluiken|tapparelle)$/,
  switch: /^(?:switch|plug|outlet|socket|steckdose|schalter|prise|enchufe|stopcontact|presa|tomada)$/,
  fan: /^(?:fan|ventilator|lüfter|ventilateur|ventilador|ventilatore)$/,
};

/** `light.kitchen`, said as "the kitchen light" or "das Licht in der Küche": room and thing in one clause that asks. */
export function isThingInRoom({ value }: Leaf, lines: readonly OwnLine[], asked: Asked): boolean {
  return lines.some((line) => thingsAt(String(value), line).some((at) => asked(line, at)));
}

function thingsAt(value: string, line: OwnLine): number[] {
  const [, kind, name] = /^([a-z]+)\.([\p{L}\p{N}_]{3,60})$/u.exec(plain(value)) ?? [];
  const thing = THINGS[kind ?? ""];
  if (thing === undefined || line.text.includes(plain(value))) return [];
  return mentions(name.replaceAll("_", " "), line).filter((at) => {
    const sentence = line.sentences.find((s) => s.start <= at && at < s.end);
    if (sentence === undefined) return false;
    const from = sentence.words.findLastIndex((w) => w.at < at && /[,;]/.test(line.text.slice(w.at, at)));
    const near = sentence.words.slice(from + 1).filter((w) => Math.abs(w.at - at) < 60);
    return near.some((w) =>
      thing.test(w.text) && !/[,;]/.test(line.text.slice(Math.min(w.at, at), Math.max(w.at, at)))
    );
  });
}

function placesOf(value: string | number, line: OwnLine): number[] {
  const named = mentions(value, line);
  return named.length > 0 || typeof value === "number" ? named : thingsAt(value, line);
}

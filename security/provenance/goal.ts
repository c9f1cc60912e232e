/** Where the owner's sentence says that something shall be put, whatever its verb. For a plain change only. Pure. */
import { clauseAt, type Sentence } from "./sentence.ts";
import { DETERMINERS, FILLERS, hasSubject, INDEFINITE } from "./stance.ts";
import { PRONOUNS } from "./verbs.ts";

/** Nothing is read "into" a place. */
const SURE = /(?:(?:^|\s)(?:into|onto|as)|->|→|=>|➜|⇒)$/;
/** Where something goes, unless the verb compares or only looks. */
const TO = /(?:^|\s)(?:to|nach|hinein in|vers|hacia|naar)$/;
/** Where something goes or is: only for what is not there yet. */
const IN = /(?:^|\s)(?:in|im|ins|on|as|als|auf|dans|sur|sous|comme|en|como|a|op|su|come|em|no|na|nel|nella|sul)$/;
const CALLED =
  /(?:(?<=\s)(?:a|an|the|one|eine|einer|der|die|das|un|le|el|il|une|la|een|het|o) )?(?:(?<=\s)(?:new|neuen?|nouveau|nuevo|nieuw|nuovo|novo) )?(?:(?<=\s)(?:file|datei|fichier|archivo|fichero|bestand|ficheiro|arquivo|note|notiz)(?!\S))?\s?(?:(?<=\s)(?:called|named|namens|nommé|appelé|llamado|genaamd|chiamato|chamado))?\s?["'`“„«]?$/;
const NEW_FILE =
  /(?:^|[\s,:;])(?:(?:new|neue|nouveau|nuevo|nieuw|nuovo|novo) )(?:file|note|folder|datei|notiz|fichier|archivo|bestand|file|ficheiro|ordner) ?["'`“„«]?$/;
const IS =
  /(?:^|\s)(?:is|are|was|were|has|had|contains?|lives?|lies|stands?|sits?|ist|sind|war|waren|hat|steht|stehen|liegt|liegen|est|sont|était|contient|está|están|es|son|hay|zijn|staat|staan|è|sono|são|fica)(?=\s)/;
const WANTS =
  /^(?:i (?:really |just |also )?(?:need|want|would like)|i'd (?:like|love)|let's have|let us have|ich (?:brauche|möchte|hätte(?: gerne?)?|will|bräuchte)|je (?:veux|voudrais)|j'aimerais(?: avoir)?|j'ai besoin d'|quiero|necesito|quisiera|ik wil(?: graag)?|ik zou graag|vorrei|voglio|mi serve|quero|preciso de) /;

/** True if the words before `at` in a sentence that asks say that something new goes there. */
export function isGoal(sentence: Sentence, at: number): boolean {
  const clause = clauseAt(sentence, at);
  if (sentence.question || clause.told) return false;
  const all = sentence.text.slice(0, at - sentence.start);
  const text = all.slice(clause.start - sentence.start);
  if (NEW_FILE.test(text)) return !looksIn(sentence, clause.start, at);
  const stem = text.slice(-160).replace(CALLED, "").trimEnd();
  const words = sentence.words.filter((w) => w.at >= clause.start && w.at < at);
  if (words.some((w) => COMPARES.test(w.text)) || IS.test(text)) return false;
  const governs = sentence.words.findLast((w) => w.asks !== null && w.at < at);
  const looks = governs?.asks === "look";
  if (PEEKS.test(text) || !holdsObject(text)) return false;
  if (SURE.test(stem)) return !looks || namesThing(text) || clause.start > governs!.at;
  if (hasSubject(words.map((w) => w.text)) && words.some((w) => w.asks !== null)) return false;
  if (TO.test(stem)) return !looks || clause.start > governs.at;
  if (!IN.test(stem) || looksIn(sentence, clause.start, at)) return false;
  const said = text.replace(/^¿/, "").replace(FILL, "");
  const wants = WANTS.exec(said)?.[0];
  if (wants !== undefined) return makesNew(said.slice(wants.length)) || /^let/.test(wants);
  if (/^(?:can|could|may) (?:you|we|i) (?:please )?have /.test(said)) return true;
  const polite = /(?:^|[\s,])(?:please|pls|bitte|s'il te plaît|svp|por favor|alsjeblieft|per favore)(?=[\s.,!?]|$)/
    .test(sentence.text);
  if (polite && makesNew(said)) return true;
  return isMade(said);
}

const COMPARES =
  /^(?:compare[sd]?|vergleiche?n?|comparer?|compara|vergelijk|confronta|check|match|refer|listen|according|relative|similar|next|close|up|subscribe|reply|respond|point|link|go|switch)$/;
const FILL = new RegExp(`^(?:(?:${[...FILLERS].join("|")}),? )+`, "u");

/** "Stash them in", "knock up a list in": an order that makes something new, by a word that no list holds. */
function isMade(said: string): boolean {
  const asked = said.replace(
    /^(?:can|could|will|would) (?:you|we) |^(?:kannst|könntest|würdest) du |^(?:tu peux|peux-tu|tu pourrais|pourrais-tu) |^(?:me )?(?:puedes|podrías) |^(?:kun|kan|zou|wil) (?:je|jij|u) |^(?:mi )?(?:puoi|potresti) |^(?:você )?(?:podes?|poderias?) /u,
    "",
  );
  const [verb = "", next = "", third = ""] = asked.split(/\s+/);
  if (!/^\p{L}{3,}$/u.test(verb) || DETERMINERS.has(verb) || /(?:ed|ing|[^s]s)$/.test(verb)) return false;
  return makesNew(asked.slice(asked.indexOf(PARTICLE.test(next) ? third : next, verb.length)));
}

/** What is written, by name. */
const PRODUCT =
  /(?:^|\s)(?:summar(?:y|ies)|overview|tables?|(?:check|short)?lists?|outline|notes?|reports?|drafts?|chart|comparison|plan|cop(?:y|ies)|log|record|document|page|paragraph|lines?|entr(?:y|ies)|section|letter|index|glossary|version|translation|transcript|digest|recap|minutes|schedule|budget|breakdown|results?|output|totals?|bullet points?|zusammenfassung|übersicht|tabelle|liste|gliederung|notiz(?:en)?|bericht|entwurf|vergleich|checkliste|kopie|eintrag|abschnitt|zeilen?|protokoll|aufstellung|ergebnis(?:se)?|punkte|résumé|tableau|aperçu|rapport|brouillon|copie|synthèse|récapitulatif|lignes?|resumen|tabla|cuadro|lista|nota|informe|borrador|copia|líneas?|esquema|samenvatting|overzicht|tabel|lijst(?:je)?|notitie|verslag|schema|kopie|regels?|riassunto|sunto|tabella|elenco|bozza|rig(?:a|he)|prospetto|resumo|tabela|relatório|rascunho|cópia|linhas?)(?=[\s,])/;

/** "a short table of the prices": what is not there yet, and is written. */
function makesNew(text: string): boolean {
  return INDEFINITE.has(wordOf(text)) && PRODUCT.test(text);
}

/** Nothing is put anywhere by these. */
const PEEKS = /(?:^|\s)(?:look|peek|glance|gander|idea|blick|œil|vistazo|ojeada|blik|occhiata|olhada|hint|clue)(?=\s)/;

/** A thing between the verb and "to", "into" or "in": "dig into" has none, "table to" is one. */
function holdsObject(text: string): boolean {
  const words = text.split(/[^\p{L}\p{N}'./_-]+/u).filter((w) => w !== "");
  return PRODUCT.test(text) ||
    words.slice(0, -1).some((w) => DETERMINERS.has(w) || PRONOUNS.has(w) || /[\p{L}\p{N}][./][\p{L}\p{N}]/u.test(w));
}

const PARTICLE = /^(?:up|down|out|together|me|us|mir|uns|moi|giù|down)$/;

function wordOf(text: string): string {
  return /^["'\s]*([\p{L}']+)/u.exec(text)?.[1] ?? "";
}

function looksIn(sentence: Sentence, from: number, to: number): boolean {
  return sentence.words.some((w) => w.at >= from && w.at < to && w.asks === "look");
}

/** A path, a name with a dot or "result" before the arrow. */
function namesThing(text: string): boolean {
  return /\s[^\s,;]*[\p{L}\p{N}_][./][\p{L}\p{N}][^\s,;]*\s/u.test(text);
}

/** Words by which a person asks, wonders, supposes or reports, in eight languages. Pure. */
import type { Effect } from "./origin.ts";

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((w) => w !== ""));

/** They stand before a thing that is there or that shall be. */
export const DETERMINERS = set(`
  a an the my our your his her their its this that these those some any each every another all both new
  der die das den dem des ein eine einen einem einer mein meine meinen unsere unser diese diesen dieses alle neue neuen
  le la les un une des mon ma mes notre nos ce cette ces tous
  el los las una unos unas mi mis nuestra nuestro este esta estos estas todos
  de het een mijn onze deze dit alle nieuwe il lo gli i uno mio mia questa questo tutti o os um uma meu minha esta este`);

/** Before what is not there yet. */
export const INDEFINITE = set(
  `a an some another one two three ein eine einen un une una uno een um uma due dos deux twee zwei`,
);

/** They go between two clauses. `en`, `e` and `y` do so only before a verb. */
export const JOINS = set(`and then und dann et puis ensuite luego después y e en poi dan also so`);

/** After one of these something new is asked, whatever was told before. */
export const THEREFORE = set(`so therefore please bitte donc so dus quindi dunque entonces`);

/** They may stand before a request without changing it. */
export const FILLERS = set(`
  please pls and then also now so ok okay hey hi first next finally just kindly afterwards bitte dann und jetzt nun noch zuerst mal
  puis et ensuite enfin maintenant y luego después ahora por favor en dan nu eerst e poi adesso ora depois agora thanks
  alsjeblieft graag gern`);

/** Who says one of these tells what somebody else wants. */
export const REPORTS = set(`
  told said says saying asked asks wants wanted wrote writes claims claimed suggests suggested recommends recommended demands demanded
  insists insisted advised advises requested requests tells
  sagte sagt meint meinte bat bittet verlangt verlangte wollte schrieb schreibt behauptet empfiehlt rät heißt
  dit disait demandé conseille dice dijo dicen pide pidió pedía escribió quiere quería
  zegt zei vraagt vroeg schreef wilde raadt detto disse chiede chiesto dicono scritto consiglia diz pediu pede escreveu`);

const SUBJECTS = set(`
  he she they we who it nobody someone somebody everyone everybody er wir man jemand niemand
  elle ils elles on nous él ella ellos ellas nosotros hij zij wij iemand lei loro noi ele ela eles elas nós`);
const FIRST = set(`i i'm i've i'll i'd ich je j'ai j' yo ik io eu`);
/** "I want …" asks, "I put …" tells. */
const WISHES =
  /^(?:i|ich|je|yo|ik|io|eu) (?:(?:really |just |also |only |still )?(?:want|need|would (?:like|love)|wish)|möchte|brauche|hätte|will|bräuchte|veux|voudrais|aimerais|quiero|necesito|quisiera|wil|zou graag|vorrei|voglio|quero|preciso|queria)(?!\p{L})|^i'd (?:like|love)(?!\p{L})|^j'(?:aimerais|ai besoin)/u;

/** True if the clause made of `words` tells instead of asking. */
export function tells(words: readonly string[], text: string): boolean {
  if (words.some((w) => REPORTS.has(w))) return true;
  if (/^(?:according to|laut|selon|según|volgens) /.test(text)) return true;
  const said = words.filter((w, i) => !FILLERS.has(w) || words.slice(0, i).some((x) => !FILLERS.has(x)));
  const first = said[0] ?? "";
  if (SUBJECTS.has(first)) return true;
  if (FIRST.has(first) || /^j'/.test(first)) return !WISHES.test(said.join(" "));
  return /(?:^|\s)(?:i|ich|ik|je) (?:must|should|have to|had|was|soll|sollte|muss|moet|dois)(?:\s|$)/.test(text);
}

const HOW = set(`
  how who that dass daß wie wer whether comment qui que cómo quién hoe wie dat come chi che como quem ob`);
const MODAL = set(`
  will would could can may might must shall should did do does going gonna wants trying tried used
  kann könnte muss müssen soll sollen darf dürfen wird werden würde wollen können möchten
  va vont peut peuvent doit doivent pourrait van puede pueden debe deben gaat gaan kan kunnen moet moeten zal zullen mag
  può possono deve devono vuole vogliono vai vão pode podem`);
const MARKS = set(`to zu de d' di a om te`);
const ME = set(`i ich je yo ik io eu you du tu vous usted jij je u voi você`);

/**
 * True if `before`, what stands in a clause before its verb, leaves that verb an order: no thing or person that does it, no "how", no
 * "will". `last`: the verb ends its clause, where German and Dutch put it. `grave`: what is told to somebody else, as in "remind me
 * to pay", is no order either.
 */
export function isOrder(
  before: readonly string[],
  text: string,
  { last, grave }: { last: boolean; grave: boolean },
): boolean {
  const polite = POLITE.test(text) || WISHES.test(before.join(" ")) ||
    /^(?:let's|let us|make sure to|be sure to|go ahead and) /.test(text);
  if (before.some((w, i) => HOW.has(w) && !(polite && i > 0 && /^(?:que|dass|that|dat|che)$/.test(w)))) return false;
  if (polite) return true;
  if (before.some((w) => MODAL.has(w)) && !/^do$/.test(before[0] ?? "")) return false;
  if (grave && before.length > 1 && MARKS.has(before.at(-1) ?? "")) return false;
  if (ME.has(before.at(-1) ?? "")) return false;
  const first = before.find((w) => !FILLERS.has(w)) ?? "";
  return last || !DETERMINERS.has(first) || before.some((w) => /^(?:please|pls|bitte)$/.test(w));
}

/** True if the clause begins with a thing: it, and not the person asked, does what a verb after it says. */
export function hasSubject(words: readonly string[]): boolean {
  const first = words.find((w) => !FILLERS.has(w)) ?? "";
  // "i" is an article in Italian alone, and in English the owner.
  return first !== "i" && DETERMINERS.has(first) && !words.some((w) => /^(?:please|pls|bitte)$/.test(w));
}

const POLITE =
  /(?:^|[\s¿,:])(?:(?:can|could|will|would|won't|may) (?:you|u|we|i (?:have|get))|(?:kannst|könntest|würdest|magst|können|könnten|würden) (?:du|sie|wir|ihr)|kannste|(?:peux|pourrais|veux)-tu|(?:pouvez|pourriez|voulez)-vous|(?:tu peux|tu pourrais|vous pouvez|vous pourriez)|(?:me |nos |lo |la )?(?:puedes|podrías|puede|podría|podéis|podemos)|(?:kun|kan|zou|wil|zul) (?:je|jij|u|jullie)|(?:mi |ci )?(?:puoi|potresti|può|potrebbe)|(?:pode|podes|poderia|poderias|consegues)|please|pls|bitte|s'il (?:te|vous) plaît|stp|svp|por favor|alsjeblieft|per favore|per piacere)(?![\p{L}])/u;
const OPENS = "^(?:(?:and|or|but|so|also|und|oder|et|ou|y|o|en|of|e|ok|hey|hmm|well),? )*¿?";
const DOUBTS = new RegExp(
  `${OPENS}(?:(?:should|shall|may|might|must|do|did) (?:i|we)|did|does|was|were|is|are|has|had|am|soll|sollte|sollen|darf|dürfen|hast|hat|ist|` +
    `sind|wurde|war|est-ce|dois-je|devrais-je|puis-je|faut-il|debo|debería|debemos|moet(?:en)? (?:ik|we|wij)|mag ik|zal ik|devo|dovrei|` +
    `dobbiamo|devia|devemos)(?![\\p{L}-])`,
  "u",
);
const ASKS = new RegExp(
  `${OPENS}(?:why|who|when|where|what|which|how|wer|was|wann|wo|warum|wie|wozu|welche\\p{L}?|qui|quand|pourquoi|comment|quel\\p{L}*|quién|` +
    `cuándo|por qué|cómo|cuál\\p{L}*|qué|wie|wanneer|waarom|hoe|welke|chi|perché|quale|quem|qual)(?![\\p{L}-])`,
  "u",
);
const ALSO_ASKS =
  /(?:,|\s(?:and|or|und|oder|et|ou|y|o|en|of|e)) (?:who|what|why|whether|wer|was|warum|ob|qui|quién|wie|chi|should|shall|soll) /;

/** True if the sentence wonders. One with a question mark does, unless it says "can you" or "please". */
export function isQuestion(text: string): boolean {
  const bare = unquoted(text);
  if (DOUBTS.test(bare) || /(?:^|\s)(?:whether|ob) (?:i|we|you|to|ich|wir|du) /.test(bare)) return true;
  return bare.trimEnd().endsWith("?") && (!POLITE.test(bare) || ASKS.test(bare) || ALSO_ASKS.test(bare));
}

const AT_WILL =
  /(?:if|wenn|falls|si|indien|als|se) (?:possible|you (?:can|could|like|want|have time)|needed|necessary|any|möglich|es geht|nötig|tu peux|vous pouvez|puedes|hace falta|es posible|nodig|mogelijk|het kan|possibile|puoi|possível|puder)(?!\p{L})/gu;
const SUPPOSES =
  /(?:^|[\s,:])(?:if|wenn|falls|sofern|sobald|si|cuando|indien|zodra|lorsque|provided|as soon as|only when|as long as|assuming|suppose)(?=\s)|(?:^|[,:;] )(?:when|once|after|until|als (?:het|de|er|ik|je|alles|dat|iets|hij|ze)|se|quando|s'il|s'ils|nachdem|bis|until)(?=\s|\s?il)|(?:^|\s)s'ils? (?!(?:te|vous) pla)/u;

/** True if the sentence makes what it asks depend on something. "If you can" makes nothing depend. */
export function isConditional(text: string): boolean {
  return SUPPOSES.test(unquoted(text).replace(AT_WILL, " "));
}

/** `text` with everything between quotation marks blank; as long as before. */
export function unquoted(text: string): string {
  return text.replace(
    /"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’|`[^`]*`|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu,
    (quoted) => " ".repeat(quoted.length),
  );
}

/**
 * What a verb asks for together with another word of its sentence: "gooi … weg" and "throw … away" delete, "maak … over" pays, and
 * so does who sets up a standing order. Null = nothing beyond what it asks alone.
 */
export function asksWith(word: string, text: string): Effect[] | null {
  if (THROWS.test(word) && /(?:^|\s)(?:weg|via|away|fora)(?=[\s.,!?]|$)/.test(text)) return ["delete"];
  if (word === "back" && /(?:^|\s)back (?:\S+ )?up(?=\s)/.test(text)) return ["change"];
  if (/^maak$/.test(word) && /(?:^|\s)over(?=[\s.,!?]|$)/.test(text)) return ["money"];
  const order =
    /(?:^|\s)(?:standing order|dauerauftrag|virement permanent|orden permanente|bonifico ricorrente)(?=[\s.,:!?]|$)/;
  if (
    /^(?:set|create|make|add|richte|lege|leg|erstelle|crée|mets|crea|pon|imposta|start)$/.test(word) && order.test(text)
  ) {
    return ["money", "persist", "change"];
  }
  if (PAYS.test(word) && AGAIN.test(text)) return ["money", "persist"];
  return null;
}

const PAYS =
  /^(?:pay|transfer|send|wire|zahle|zahl|überweise|überweis|paie|verse|vire|paga|transfiere|betaal|versa|pague)$/;
const AGAIN =
  /(?:^|\s)(?:(?:every|each|per|a) (?:day|week|month|year)|daily|weekly|monthly|yearly|jede[nsr]? (?:tag|woche|monat|jahr)|monatlich|wöchentlich|(?:chaque|par) (?:semaine|mois|an)|(?:cada|al|por) (?:semana|mes|mês|año|ano)|(?:elke|per) (?:week|maand)|(?:ogni|al) (?:settimana|mese))(?=[\s.,!?]|$)/;
const THROWS = /^(?:gooi|gooien|werp|wirf|smijt|butta|buttare|throw|deita)$/;

/** A "not" that stands after what it takes back: "Lösche a.txt bitte nicht". `rest` begins behind the thing named. */
export function takenBack(rest: string): boolean {
  const clause = /^[^,;:.!?]*/.exec(rest)?.[0] ?? "";
  const cut = clause.split(/\s(?:and|und|et|y|dass|that|que|dat|che)\s/)[0];
  return /(?:^|\s)(?:nicht|niet|nie|niemals|nooit|not|never)(?:\s+(?:mehr|meer|\p{L}+(?:en|n)))?\s*$/u.test(cut);
}

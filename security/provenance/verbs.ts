/** What the owner's verbs ask for. A verb that is not listed asks for nothing: the call is put before the person. */
import type { Effect } from "./origin.ts";

const list = (text: string) => text.split(/\s+/).filter((w) => w !== "");

/** Verbs that only look; what stands after one of them may be read and nothing else. */
const LOOK = list(`
  read show list check look see view open find search summarise summarize explain compare review analyse analyze count
  verify inspect describe translate examine is are was were does did do has have had what which who whom whose when where
  why how using use know think say says said tells wrote sent received got browse visit fetch get retrieve lookup
  lies lese lesen zeig zeige zeigen liste prüfe prüfen schau such suche finde fasse erkläre vergleiche öffne was wer wann wo`);

const CHANGE = list(`
  write save create edit update add append change fix rename move copy put set replace insert store make generate convert
  export refactor format restart start stop enable disable deploy scale turn switch dim reboot upgrade install book reserve
  mark label tag archive modify correct rewrite adjust configure bump build draft note log record increase decrease raise
  lower pause resume unpause mute unmute lock unlock open close extend shorten move reschedule postpone organise organize
  sort merge split download clone commit sign complete tick uncheck restore provision expose join prepare produce extract
  dump compile assign flag star pin apply implement translate cancel schedule plan arrange
  schreib schreibe schreiben speichere speichern speicher erstelle erstellen lege ändere ändern aktualisiere benenne kopiere
  verschiebe füge ersetze starte stoppe setze stelle trage buche reserviere`);

const BY_EFFECT: Record<Exclude<Effect, "change" | "run">, string[]> = {
  send: list(`
    send mail email message post reply respond answer forward share tell notify invite publish upload push submit dm text
    ping report write announce tweet comment inform remind ask drop
    sende senden schick schicke schicken antworte leite teile sag sage melde poste benachrichtige`),
  delete: list(`
    delete remove rm clean clear drop trash wipe erase purge prune uninstall discard empty cancel unsubscribe revoke destroy
    lösche löschen entferne entfernen leere verwirf`),
  money: list(`
    pay transfer send wire refund donate buy order purchase book tip reimburse repay settle subscribe
    zahl zahle zahlen bezahle bezahlen überweise überweisen kaufe bestelle spende`),
  credential: list(`
    set change update reset rotate add grant share invite give login log sign use authorise authorize allow create revoke
    generate register setze ändere gib erlaube lade`),
  persist: list(`
    schedule remind remember add create set install enable register cron repeat automate forward subscribe plan write save
    update edit append put erinnere merke plane richte`),
};

/** What a verb asks for. `look` = a listed verb that asks for nothing beyond reading. Null = no verb that is known. */
export function asksFor(word: string): ReadonlySet<Effect> | "look" | null {
  return VERBS.get(word) ?? null;
}

const VERBS: ReadonlyMap<string, ReadonlySet<Effect> | "look"> = new Map<string, ReadonlySet<Effect> | "look">([
  ...LOOK.map((w) => [w, "look"] as const),
  ...[...new Set([...CHANGE, ...Object.values(BY_EFFECT).flat()])].map((w): [string, ReadonlySet<Effect>] => [
    w,
    new Set<Effect>([
      ...(CHANGE.includes(w) ? ["change" as const] : []),
      ...(["send", "delete", "money", "credential", "persist"] as const).filter((e) => BY_EFFECT[e].includes(w)),
    ]),
  ]),
]);

/** The owner does not want, or does not want any more, what stands after one of these. */
export const NEGATES = new Set(list(`
  not never don't dont doesn't cannot can't won't shouldn't mustn't no without except excluding avoid ignore skip neither nor
  leave keep unless instead before excluded exclude nicht nie niemals kein keine keinen ohne außer statt sans pas jamais sin nunca`));

/** What stands right after one of these is where something is taken from. */
export const SOURCES = new Set(list(`from using per via according based like following von aus laut gemäß`));

/** Words that a person says all the time: alone and unquoted they name nothing. */
export const EVERYDAY = new Set(list(`
  a about after again all also am an and any anything are as ask at back be been before both but by can could day did do does
  done down each else end etc every everything false few file files find first folder for friend from get give go good got had
  has have he hello help her here hers hi him his home how i if in into is it its just know last later let like list look mail
  email main make many me message money more most much must my name need new next no none not nothing note notes now null of off
  ok old on once one only open or other our out over page part pay people please read reply same say see send set she should
  show site so some something send subject summary task tell test text than thank thanks that the their them then there these
  they thing things this those time title to today tomorrow too true two up update us use user value very want was water way we web
  week well were what when where which while who whole why will with work would write year yes yesterday you your yours
  der die das den dem ein eine einen und oder mit von für auf ist bitte ich du er sie es wir ihr alle alles datei`));

/** What the owner's verbs ask for. A verb that is not listed asks for nothing: the call is put before the person. */
import type { Effect } from "./origin.ts";

const list = (text: string) => text.split(/\s+/).filter((w) => w !== "");

/** Each stem with each ending. */
const forms = (stems: string, endings: string) =>
  list(stems).flatMap((stem) => list(endings).map((end) => stem + (end === "-" ? "" : end)));

/** Verbs that only look; what stands after one of them may be read and nothing else. */
const LOOK = list(`
  go peruse scan study skim assess evaluate debug diagnose test understand learn consider monitor watch trace preview query
  untersuche untersuchen untersuch analysiere analysieren durchsuche durchsuchen sieh siehe sehen lesen wissen verstehen zeigen
  zusammenfassen prüfe betrachte überprüfe überprüfen kontrolliere kontrollieren hol hole gib vergleich erläutere sichte
  parcours parcourir examine examiner analyse analyser consulte consulter savoir voir comprendre étudie chercher vérifier lisez
  revisar mirar analiza analizar examina consulta consultar saber ver entender estudia leer buscar comprueba verifica
  bekijken lezen zoeken analyseer onderzoek vergelijken weten zien begrijpen nakijken check
  leggere guardare analizza analizzare esamina esaminare consulta sapere vedere capire cercare verifica elenca
  lê leia ler mostra mostre procura procure abre abra analisa analisar compara verifica resume resuma veja ver
  read show list check look see view open find search summarise summarize explain compare review analyse analyze count
  verify inspect describe examine does did what which who whom whose when where
  why how using use know think say says said tells wrote sent received got browse visit fetch get retrieve lookup
  lies lese lesen zeig zeige zeigen liste prüfe prüfen schau such suche finde erkläre vergleiche öffne was wer wann wo
  lis lire montre regarde cherche trouve résume explique compare vérifie liste ouvre quel quelle quels quelles
  lee muestra mira busca encuentra resume explica compara revisa abre qué cuál lees toon bekijk zoek vind controleer vergelijk
  leggi mostra guarda cerca trova riassumi spiega confronta controlla apri`);

const CHANGE = [
  ...forms(
    "consign regroup rassembl récapitul rédig not sauvegard enregistr ajout complét complèt class copi déplac renomm modifi corrig remplac export compil prépar dress list rang duplique fusionn colle",
    "e er ez",
  ),
  ...forms(
    "anot apunt volc guard cre copi cambi agreg actualiz prepar junt recopil resum reemplaz renombr export orden complet rellen pas redact elabor mont arm gener coloc dej",
    "ar alo ala alos alas",
  ),
  ...forms("anot apunt prepar junt recopil redact elabor mont gener complet rellen orden coloc", "a"),
  ...forms(
    "vuelca póngalo ponlo ponla ponlos ponlas déjalo déjala déjalos déjalas guárdalo guárdala guárdalos añádelo anótalo anótalos apúntalo escríbelo métela mételo pásalo cópialo poner meter añadir escribir",
    "-",
  ),
  ...forms(
    "giet gieten zetten verwerk verwerken noteren opslaan schrijven maken verzamel verzamelen vul vullen bundel bundelen plak plakken knip toevoegen bijwerken aanvullen aanmaken samenvoegen sla stop",
    "-",
  ),
  ...forms(
    "raccogli raccogliere scrivere salvare creare aggiungere mettere annota annotare appunta prepara preparare compila compilare riporta riportare inserisci inserire raduna mettili mettile mettilo mettila scrivili scrivilo scrivila salvali salvalo salvala aggiungili aggiungilo annotalo butta",
    "-",
  ),
  ...forms(
    "escreve escreva escrever salva salve salvar cria crie criar anota anote anotar adiciona adicione acrescenta atualiza atualize muda mude copia copie move mova renomeia põe ponha pôr coloca coloque colocar junta junte reúne prepara prepare preparar guarda guarde regista registra registre substitui corrige corrija exporta traduz",
    "-",
  ),
  ...forms(
    "häng hänge hängen anhängen anlegen eintragen zusammenstellen zusammenfassen sammle sammel sammeln notiere notier notieren verdichte verdichten kürze kürzen übernimm übernehmen ergänze ergänzen halte halt festhalten pack packe schieb schiebe kopier kopieren verschieben umbenennen ersetzen einfügen hinzufügen abspeichern abspeicher bau baue baut erfasse erfassen dokumentiere bereite erzeuge erzeugen generiere generieren exportiere exportieren erweitere korrigiere korrigieren setzen stellen eintrag ablegen lad formuliere entwirf verfasse verfassen überarbeite überarbeiten ausfüllen einrichten schalten ausschalten einschalten abschalten anschalten starten stoppen neustarten aktivier aktiviere deaktivier deaktiviere dimme dimm heiz heize poliere",
    "-",
  ),
  ...forms(
    "éteins éteindre allume allumer règle régler rallume apaga encender enciende prende accendi spegni doe schakel liga desliga",
    "-",
  ),
  ...list(
    `snapshot backup condense polish jot collate consolidate stash tack knock whip pour dump gather collect fold drop stick stuff paste capture
    transcribe tabulate aggregate combine populate pull pack bundle reformat restructure rework revise trim shrink expand flesh
    finish finalize finalise fill type redo tweak outline list`,
  ).filter((w) => w !== "list"),
  ...list(`
  write save create edit update add append change fix rename move copy put set replace insert store make generate convert
  export refactor format restart start stop enable disable deploy scale turn switch dim reboot upgrade install book reserve
  mark label tag archive modify correct rewrite adjust configure bump build draft note log record increase decrease raise
  lower pause resume unpause mute unmute lock unlock close extend shorten move reschedule postpone organise organize
  sort merge split download clone commit sign complete tick uncheck restore provision expose join prepare produce extract
  dump compile assign flag star pin apply implement translate cancel schedule plan arrange close freeze transfer zip unzip
  document index convert label rate register switch expose allow block permit deny forbid
  fass fasse fais faire haz hacer fai wende führe aktualisier räum räume schalte schalt dreh dreh stell
  categorise categorize classify tidy refresh replace resize crop bring drop speed push release
  schreib schreibe schreiben speichere speichern speicher erstelle erstellen lege ändere ändern aktualisiere benenne kopiere
  verschiebe füge ersetze starte stoppe setze stelle trage trag buche reserviere leg lege archiviere richte mach mache schließe
  schließ übersetze fülle fixe verteile benenn teile ordne sortiere
  écris écrire enregistre sauvegarde sauve crée créer modifie mets mettre ajoute actualise corrige renomme déplace copie range
  remplace exporte convertis note redémarre démarre arrête active désactive réserve étiquette tague classe traduis ferme
  escribe guarda crea edita actualiza añade agrega cambia corrige renombra mueve copia pon reemplaza exporta convierte anota
  reinicia inicia detén activa desactiva reserva archiva etiqueta traduce cierra
  schrijf bewaar maak bewerk wijzig voeg verplaats kopieer hernoem zet vervang exporteer noteer herstart verdeel archiveer sluit
  scrivi salva crea modifica aggiorna aggiungi cambia correggi rinomina sposta copia metti sostituisci esporta annota riavvia
  prenota archivia traduci chiudi`),
];

const BY_EFFECT: Record<Exclude<Effect, "change" | "run">, string[]> = {
  send: list(`
    send mail email message post reply respond answer forward share tell notify invite publish upload push submit dm text
    ping report write announce tweet comment inform remind ask drop
    sende senden schick schicke schicken antworte antworten leite teile sag sage melde poste benachrichtige schreib schreibe verschicke
  envoie envoyer réponds répondre transfère partage dis préviens publie invite écris
  envía envia manda responde reenvía comparte di avisa publica invita escribe
  stuur verstuur antwoord deel zeg meld plaats nodig invia manda rispondi inoltra condividi di' avvisa pubblica scrivi
  envoyer enviar mandar responder sturen envie mande responda encaminha inviare mandare rispondere`),
  delete: list(`
    delete remove rm clean clear drop trash wipe erase purge prune uninstall discard empty cancel unsubscribe revoke destroy
    lösche löschen lösch entferne entfernen leere verwirf supprime supprimer efface enlève vide borra elimina quita vacía
  verwijder wis cancella elimina rimuovi svuota verwijderen wissen cancellare eliminare rimuovere apaga apague apagar remove exclui exclua borrar eliminar quitar effacer enlever`),
  money: list(`
    pay transfer send wire refund donate buy order purchase book tip reimburse repay settle subscribe move
    zahl zahle zahlen bezahle bezahlen überweise überweisen überweis kaufe kauf bestelle spende schick schicke sende
    paie paye payer verse vire virer rembourse achète commande envoie paga transfiere envía reembolsa compra pide dona
    betaal stuur koop bestel bonifica invia rimborsa acquista ordina versa paguer pagar transferir comprar pasa pásale passe transfira betalen overmaken
    pagare inviare paga pague transfere transfira compra compre envia acheter payez virez`),
  credential: list(`
    set change update reset rotate add grant share invite give login log sign use authorise authorize allow create revoke
    generate register open block permit deny forbid close reject setze ändere gib erlaube lade teile öffne sperre blockiere
    erlauben teilen freigeben partage autorise ouvre bloque ferme comparte autoriza abre bloquea cierra deel sta open blokkeer sluit
    condividi consenti apri blocca chiudi partilha compartilha permite`),
  persist: list(`
    schedule remind remember add create set install enable register cron repeat automate forward subscribe plan write save
    update edit append put erinnere merke plane richte enable start activate aktiviere active activa attiva ativa programa`),
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

const SAME: readonly (readonly string[])[] = [
  list(
    "book reserve buche buch reserviere reservier réserve réserver reserva reservar reserveer boek prenota prenotare reserve",
  ),
  list("close schließe schließ ferme cierra sluit chiudi fecha"),
  list("comment kommentiere kommentier commente comenta reageer commenta"),
  list("freeze sperre sperr gèle bloque bloquea blokkeer blocca bloqueia"),
  list("archive archiviere archiv archiva archiveer"),
  list("cancel storniere annule cancela annuleer annulla kündige"),
  list("subscribe abonniere abonne suscribe abonneer iscrivi assina"),
  list("snapshot snapshotte"),
  list("restart reboot starte redémarre reinicia herstart riavvia"),
];

/** `verb` and what means the same in other languages. */
export function sameVerbs(verb: string): readonly string[] {
  return SAME.find((group) => group.includes(verb)) ?? [verb];
}

/** Verbs that are things too: after "a", "the", "my" and the like they are no verbs. */
export const NOUNS: ReadonlySet<string> = new Set(list(`
  list copy book record note mark order log label draft view show check report mail email message post text comment plan schedule
  review search look count answer reply share backup transfer move use release push build summary find rate test study scan query
  document index star pin register account process pack bundle outline trace watch monitor dump drop invite tip
  zahlen liste listes note notes copie nota lista copia guarda compra paga stop set lijst resume résumé`));

/** The owner does not want, or does not want any more, what stands after one of these. */
export const NEGATES = new Set(list(`
  nothing nobody nichts niemand rien nada nadie niets niente nulla nessuno não nem
  not never don't dont doesn't cannot can't won't shouldn't mustn't neither nor nicht nie niemals kein keine keinen keiner
  nobody niemand nadie nessuno pas jamais ni no nunca tampoco niet geen nooit non mai`));

/** The same, but only as far as the next verb after a comma or an "and". */
export const EXCEPTS = new Set(list(`
  rather besides lieu vez lugar plaats invece anstatt anstelle sem exceto menos hormis
  without except excluding avoid ignore skip leave keep unless instead before excluded exclude ohne außer statt sans sauf sin
  excepto salvo zonder behalve senza tranne lass lasse behalte laisse garde deja`));

/** What stands right after one of these is where something is taken from. */
export const SOURCES = new Set(list(`from using per via according based like following von aus laut gemäß`));

/** Words that a person says all the time: alone and unquoted they name nothing. */
export const EVERYDAY = new Set(list(`
  a about after again all also am an and any anything are as ask at back be been before both but by can could day did do does
  done down each else end etc every everything false few file files find first folder for friend from get give go good got had
  has have he hello help her here hers hi him his home how i if in into is it its just know last later let like list look mail
  email make many me message money more most much must my name need new next no none not nothing note notes now null of off
  ok old on once one only open or other our out over page part pay people please read reply same say see send set she should
  show site so some something send subject summary task tell test text than thank thanks that the their them then there these
  they thing things this those time title to today tomorrow too true two up update us use user value very want was water way we web
  week well were what when where which while who whole why will with work would write year yes yesterday you your yours
  der die das den dem ein eine einen und oder mit von für auf ist bitte ich du er sie es wir ihr alle alles datei`));

/** They stand for what was named last. */
export const PRONOUNS = new Set(list(`it them this that these those sie es ihn le la les ça lo los las het ze lo li`));

/** After a pronoun they say where to: then the pronoun is what is put there. */
export const WHERETO = new Set(
  list(`to in into as under over onto nach als unter auf dans sous en vers a hacia naar op su`),
);

/** Words that carry nothing: they may stand in a message that is otherwise made of the owner's own. */
export const FUNCTION = new Set(list(`
  a an the this that it is are was were be been to of in on at for and or so as with by from i we you he she they my our your
  me us him her them hi hello dear hey thanks thank regards best kind greetings cheers please because since will has have had
  there here also just re hallo liebe lieber viele grüße gruß danke bitte der die das ein eine ist sind und zu im am für mit
  bonjour merci cordialement le la les un une est et de du des à hola gracias saludos el los las y`));

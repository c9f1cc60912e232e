/** Questions that use the words of the commands and ask for something else: a meaning, a rule of thumb, an opinion. */

const COMMAND =
  "(?:git [a-z-]+|ls|ll|dir|cat|less|more|grep|rg|ripgrep|find|wc|head|tail|df|du|free|tree|uname|uptime|nproc|pwd|date|git|help|search|list|count|diff|log|status)(?: command)?";

/** "What does X do", "what is X for": the meaning of one word or command is asked. */
const MEANING = new RegExp(
  `^(?:what|which) (?:does|do|did|would|will|is|are)(?: the| a| an)?(?: word| command| term)? (?:${COMMAND}|[a-z_-]+|“”)(?: command| option| flag)? (?:do|mean|means|stand for|for|good for|used for|useful for)$|^(?:whats|what is) (?:the )?(?:${COMMAND})(?: (?:for|good for|used for))$|^(?:whats|what is) (?:git [a-z]+|ls|cat|grep|rg|wc|df|du|tree|head|tail)$`,
);

/** "How big is a movie", "how much space does the average photo take": things at large, not those here. */
const AT_LARGE =
  /^(?:(?:and|so|but|about|roughly|approximately) )*how (?:\S+ ){1,5}?(?:does|do|would|will|can|could|did|is|are|was|were|has|have|fits?) (?:(?:an?|one|most|some|typical|average|usual|normal|regular|people|humans?|companies|developers|programmers|someone|anyone|everybody)(?= |$)|(?:the|your) (?:average|typical|usual|normal|standard|default|internet|world|earth|universe|moon|sun|brain|human)\b)/;

/** Verbs whose answer is a requirement or a capacity, neither of which any file tells. */
const REQUIRES =
  /\bhow (?:much|many|big|large|long)\b.*\b(?:need|needs|needed|require|requires|required|recommend|recommended|afford|cost|costs|hold|holds|fit|fits|enough|worth|buy|allow|allowed|allows|support|supports)\b/;

/** What another program can do is no question about these commands. */
const OF_OTHERS =
  /\b(?:commands?|options?|flags?|subcommands?) (?:does|do|has|have|of|in|for|are in|are there in|are part of) (?:git|grep|linux|bash|unix|ls|find|docker|npm|vim)\b|\b(?:history|log|state|status|structure|size) of (?:git|linux|unix|version control|computing|programming|the (?:world|art|union|nation))\b/;

/** Another moment than now, or again and again. */
const OTHER_TIME =
  /^(?:when|whenever|once|while|after|before|as soon as)\b(?! (?:did|was|were|is|has|had|have|do|does|i|we|exactly))[^,]* , |\b(?:every|each) (?:\d+ )?(?:second|minute|hour|day|night|morning|evening|week|month|time)s?\b|\b(?:tomorrow|next (?:week|month|year|time)|from now on|going to|in (?:an?|\d+) (?:minute|hour|day|week)s?$)/;

/** Something told, not asked: "the disk is full". */
const TOLD =
  /^(?:the|my|our|this|that|it|its|i|we|he|she|they) (?!.*\b(?:that|which|how|what|who|where|when|need|want)\b)(?:\S+ ){0,4}?(?:is|are|was|were|has|have|had|seems?|looks?|hates?|loves?|likes?|broke|lost|deleted|forgot)(?: \S+)+$/;

/** What sort of thing one thing is, which its name does not tell; and texts to be made up. */
const JUDGEMENT =
  /\b(?:kind|type|sort)s? of (?:(?:file|folder|document)s? (?:is|are|was) (?:this|that|it|these|those|\S+\.\w+)$|branch|commit|memory|disk|ram|cpu|session|chat|time|git)|\ban? (?:\S+ )?(?:commit message|readme|license|changelog|dockerfile|makefile|gitignore) (?:for|about|from|that|with)\b|\b(?:to|into|as) an? (?:\S+ )?(?:pdf|csv|json|file|spreadsheet|table|image|zip|archive|folder|document|list|printer|script|patch|graph|chart|diagram)\b/;

/** What a program or a system does, has or is by its nature. */
const BY_NATURE =
  /\b(?:does|do|did|can|could|will|would) (?:git|linux|unix|windows|grep|macos)\b|^(?:is|are|was|has) (?:git|linux|unix|windows|grep|macos)\b(?! (?:clean|dirty|up|status))|\b(?:average|typical|usual) \w+/;

/** A wish for a thing, or what somebody is doing, instead of a request. */
const WISH =
  /^(?:i|we) (?:need|want|wish|lost|have|had|like|would like) an? (?!list|listing|tree|count|overview|summary|look|quick|full|short)|^(?:im|i am|i was|we are|we were|were|hes|shes|he is|she is|they are) (?!looking|searching|trying|interested|wondering|seeking|on\b|in\b)\w+ing\b|\btime (?:to|for|of (?:day|year))\b|^is (?:the )?time\b|^check (?:in|out)\b|^(?:fetch|pull) (?!up\b)(?:\S+ ){0,2}(?:commit|change|branch|update)e?s?\b|\bwhats? (?:is |are )?the differences?$|\bfrom (?:the|my|our|a) (?:server|internet|web|cloud|backup|usb|phone|network|net|camera|printer)\b/;

/** The way of a thing is asked, not its amount. */
const MANNER = /^how (?:are|do|did|come|about)\b(?! (?:we|things|i)\b)/;

/** What can be seen in one picture, what the assistant itself owns, what a commit did: nothing that names or dates tell. */
const UNSEEN =
  /\b(?:in|on) (?:this|the|that|an?) (?:picture|image|photo|video|movie|pdf|spreadsheet|song)\b(?! (?:file|folder))|\byour (?:\S+ )?(?:files?|folders?|disk|memory|cpu|history|sessions?|commits?|branch|branches|readme|code|source|repo|tree|log|size|date|time)\b|\bcommits? (?:that|which) (?:added|adds?|introduced|created|removed|deleted|broke|fixed|fix|made|wrote)\b|\bcommit(?:ted)? to$|\b(?:i|we|you|they|he|she) own\b/;

/** A question that its own speaker has not finished. */
const OPEN = /\b(?:of|for|in|about|to|with|by) (?:what|which|whom?)$/;

/** "No" before a thing turns the meaning round; before a bound or a courtesy it does not. */
const NONE =
  /\bno\b(?! (?:larger|more|bigger|smaller|less|fewer|older|newer|later|earlier|heavier|lighter|of|problem|rush|hurry|worries)\b)/;

/** A world, not a folder. */
const ELSEWHERE =
  /\b(?:in|on|of) (?:(?:outer|the) )*(?:space|world|universe|earth|internet|web|cloud|github|history|nature|general|theory|python|rust|java|javascript|typescript|bash|windows|word|excel|english|memory lane|life|court|bed|town|school|stock|mind)$/;

/** True if `words`, a request in lower case without its courtesies, asks about the world rather than what is here. */
export function asksAtLarge(words: string): boolean {
  return MEANING.test(words) || AT_LARGE.test(words) || REQUIRES.test(words) || OTHER_TIME.test(words) ||
    TOLD.test(words) || OPEN.test(words) || JUDGEMENT.test(words) ||
    NONE.test(words) || UNSEEN.test(words) || MANNER.test(words) || BY_NATURE.test(words) || WISH.test(words) ||
    OF_OTHERS.test(words) ||
    ELSEWHERE.test(words);
}

/**
 * The words that the fixed commands know, by what they mean. One word may mean several things; a rule takes the
 * meaning that it needs. A word that is not here, and fills no slot, makes the sentence unknown.
 */

/** Words that carry no meaning for a command. Words that turn a meaning round (not, if, or, why) must never be here. */
const FILLER =
  `a, an, teh, wich, waht, mind telling me, mind showing me, mind telling, would you mind, almost, nearly, id like you to, i would like you to, i want you to, i need you to, live, lives, sit, stored, located, kept, lying, lying around, somebody, someone, anybody, anyone, thats, howre, the, this, these, that, those, my, our, your, me, i, we, us, im, ive, id, you, to, of, for, in, on, at,
  with, from, within, inside, under, across, through, throughout, and, is, are, was, were, be, been, being, am, do, does, did,
  have, has, had, got, there, as, any, all, every, each, some, just, only, also, both, own, please, pls, plz, kindly, thanks,
  thank you, thx, hey, hi, hello, ok, okay, so, well, right, exactly, actually, really, quickly, quick, again, then, next to,
  could you, can you, would you, will you, can i, may i, could i, can we, could we, i want to, i want, i wanna, i need to, i need,
  i would like to, i would like, id like to, id like, would like to, lets, let us, let me, for me, do you know, can you tell me,
  i wonder, i am wondering, im wondering, any idea, im curious, i am curious, out of curiosity, help me, would you mind,
  if you can, if possible, when you can, if you dont mind, for a second, real quick, go ahead and, the following,
  whats, what, which, whichever, thing, one, ones, at the moment, right now, now, currently, at present, by any chance,
  it is, it has, theres, there is, there are, harombe, assistant, computer please, details, detail, overview, info, information,
  kind of, sort of, type, kinds, types, that are, that is, which are, who is, level, levels,
  currently in use, altogether, total number, up to date, along, together, side by side, ive got, weve got, same, here are, per`;

/** Meaning → words and phrases, comma separated; plurals in -s, -es and -ies are found by themselves. */
const MEANINGS: Record<string, string> = {
  show:
    `show, showing, telling, giving, displaying, gimme, draw, display, give, tell, get, view, see, print, report, check, output, present, fetch, provide, know, look at, take a look at,
    have a look at, look, bring up, pull up, want to see, find out, figure out, say, return, see if, check if, check whether, check that,
    verify, verify that, whether, know if, know whether, tell me if, tell me whether, return, inspect, examine, dump, peek at, go through`,
  list: `list, ls, dir, enumerate, catalog, catalogue, listing, ll, list out, index, list of, la`,
  read:
    `read, more, showing, displaying, reading, opening, cat, open, open up, type out, page through, less, bat, read out, read me, read through, read aloud, show, display, print, view, see, give, output,
    get, fetch, look at, take a look at, have a look at, bring up, pull up, inspect, examine, present, print out, dump, whats inside, what is inside, peek at, go through, look inside, look into`,
  content: `content, contents, body, inside of`,
  says:
    `say, says, contain, contains, hold, holds, look like, looks like, whats in, what is in, what are in, in it, written`,
  find:
    `find, in which folder, in what folder, in which directory, where, where do, where does, where did, locate, discover, search, search for, look for, looking for, hunt for, hunt down, track down, spot, where is, where are,
    wheres, where do i find, where can i find, where did i put, dig up, seek`,
  search:
    `search, look, look in, search for, grep, rg, ripgrep, scan, scan for, look for, look up, find, searching for, looking for, search through`,
  count:
    `count, tally, tally up, how many, number of, amount of, total number of, the number of, count of, count up, counts, quantity of, nr of, no of,
    how many of, total count, total count of, file count, a count of, num of, many`,
  total:
    `total, sum, overall, combined, in total, total of, sum of, altogether, cumulative, whole, entire, aggregate, added up, add up,
    full, collectively, together`,
  compare: `compare, compared to, versus, vs, than, comparison`,
  file: `file, document, doc file, filename, files and folders, file name, files in it`,
  folder: `folder, directory, subfolder, subdirectory, sub folder, sub directory, files and folders, dirs`,
  entry: `thing, things, item, stuff, everything, anything, entry, object, contents, content`,
  contents_of:
    `contents of the directory, contents of the folder, contents of this directory, contents of this folder, directory contents, folder contents, directory listing, contents of, content of, whats in, what is in, what are in, whats inside, what is inside, what lives in, whats there,
    what have we got in, what do we have in, what do i have in, what is there in, inside, contains, contents, content`,
  whats_here: `whats here, what is here, whats in here, what is in here, what do we have here, what have we got here,
    what do i have here, what is around here, whats inside here`,
  line: `line, wc, wc -l, lines of code, loc, line count, lines of text, rows, row, sloc`,
  word: `word, word count, wordcount, wc -w`,
  character: `character, char, letter, character count`,
  length: `long, length, how long, how lengthy`,
  size:
    `size, big, large, heavy, how big, how large, how heavy, bytes, byte, weigh, weight, file size, filesize, sizes, disk usage, disk usage of, disk size,
    how much space, how much disk space, how much room, how much storage, how many bytes, how many kb, how many mb, how many kilobytes, how many megabytes, kilobytes, megabytes, du, space, disk space, room, storage`,
  takes:
    `take, takes, taking, take up, takes up, taking up, taken up by, use, uses, using, used by, use up, uses up, using up, occupy, occupies, occupying,
    occupied by, eat, eats, eating, eating up, hog, hogs, hogging, consume, consumes, consuming, consumed by, fill, filling, filling up, wasting, going, gone, go`,
  space:
    `space, room, disk space, disk, storage, most space, most disk space, most room, most storage, the most space, the most disk space, the most room, most`,
  largest:
    `largest, biggest, heaviest, hugest, fattest, bulkiest, max size, maximum size, largest in size, biggest in size, most space, largest one, biggest one,
    big ones, most bytes, biggest by size, largest by size`,
  smallest: `smallest, tiniest, littlest, lightest, min size, minimum size, least space, smallest one, fewest bytes`,
  newest:
    `newest, latest, most recent, youngest, freshest, last modified, last changed, last edited, last updated, last touched, most recently,
    most recently modified, most recently changed, most recently edited, most recently updated, most recently touched, newest one, last, latest one,
    modified last, changed last, edited last, updated last, touched last, modified most recently, changed most recently, edited most recently,
    updated most recently, touched most recently, last saved, last written, edit last, change last, modify last, work on last, touch last, last work on,
    last change, last edit, last modify`,
  oldest:
    `oldest, least recent, stalest, least recently, least recently modified, least recently changed, least recently edited, oldest one,
    least recently touched, least recently updated, longest ago, untouched the longest`,
  recent: `recent, recently, lately, fresh`,
  last:
    `last, final, ending, tail, bottom, end, end of, tail of, the end, tail end, latest, most recent, previous, newest, lastest`,
  first: `first, top, head, beginning, start of, beginning of, opening, start, head of, initial, top of`,
  top: `top`,
  modified:
    `modified, changed, edited, updated, touched, change, edit, modify, update, touch, altered, touching, affecting, changing, alter, saved, save, written, modification, last modification,
    modification time, modification date, modified date, mtime, worked on, work on, last changed, last modified, last updated, last edited, last touched, last saved,
    last change, last edit, last update, last modify, last touch, date modified, timestamp, last written, changed last, modified last, edited last, updated last, touched last`,
  when:
    `when, how old, age of, age, how recent, how recently, how long ago, at what time, what time, last time, what date, which day, what day, old, the last time, on what date, since when, date of`,
  who: `who, whose, whos, by whom, which person, which people, which developer, which author`,
  exists:
    `exist, exists, can you see, theres, if theres, if there is, if there are, contain, contains, include, includes, is there, are there, do we have, do i have, have i got, have we got, do you have, there is, present, is there such, available, does it have,
    is there any, are there any, do you see, any, got, does there exist, around, have, has, got any, there, find any, still`,
  empty_: `empty`,
  hidden:
    `hidden, dotfile, dotfiles, dot file, dot files, including hidden, including hidden files, including dotfiles, including hidden ones, also hidden, with hidden, invisible, -a, -la, -al, -lah`,
  sort_size:
    `by size, by size descending, sorted by size, ordered by size, sort by size, order by size, sort them by size, largest first, biggest first, in order of size, -s, with sizes, with their sizes, along with their sizes, and their sizes, with size, and sizes, by file size`,
  sort_modified:
    `by date, sorted by date, by time, by modification time, sorted by time, sort by date, order by date, newest first, latest first, most recent first, recent first, by age,
    ordered by date, by last modified, by last modification, by modification date, sorted by modification time, sorted by modification date, sort by time, in order of date, -t, -lt, by modified, sorted by age,
    by when they changed, chronologically, sorted by modified date, with the newest first, by modified date, by date modified, sorted by date modified, by recency`,
  sort_name:
    `by name, sorted by name, alphabetically, alphabetical, in alphabetical order, sort by name, by filename, order by name, ordered by name, a to z`,
  tree:
    `tree, structure, layout, hierarchy, tree view, directory tree, folder tree, file tree, folder structure, directory structure, file structure, project structure, tree structure, organised, organized, laid out, nested, structured`,
  here:
    `here, directory contents, folder contents, directory listing, contents of the directory, contents of the folder, contents of this directory, contents of this folder, this folder, this directory, current folder, current directory, working directory, the folder, the directory, cwd, this dir, current dir,
    in here, around here, right here, top folder, top level folder, top level, current working directory, this place, root folder, present directory, my folder, my directory, workspace root`,
  deep:
    `this project, the project, project, my project, workspace, codebase, code base, source tree, source code, recursively, recursive, everywhere, anywhere, subfolders, including subfolders, with subfolders,
    including subdirectories, and subfolders, and its subfolders, all subfolders, and below, repo, repository, this repo, this repository, code, whole tree, entire tree, the tree, subdirectories,
    whole project, entire project, -r, -rn, -R, in all, whole repo, our code, my code, anything below`,
  name_: `name, names, filename, filenames, paths, just the names`,
  detail_:
    `-i, -w, -e, -c, -l, -1, -lh, --oneline, -n, long, in detail, with details, details, --stat, short, brief, briefly, -u, -h, --graph, oneline, one line, compact`,
  git:
    `git, git status, git log, git diff, git branch, git branches, repo status, repository status, working tree status, commit log, commit history, git history, version control, vcs, git repository, git repo`,
  repo: `repo, repository, project, this project, codebase, branch, history, git history, code`,
  commit: `commit, committed, committing, check in, checked in, checkin, committing, revision`,
  branch: `branch, git branch, branch name, name of the branch, current branch`,
  branches: `branches, local branches, git branches, all branches, list of branches`,
  current:
    `current, on, active, checked out, working on, work on, this, currently on, am i on, are we on, am i in, are we in, head, name of`,
  diff: `diff, difference, git diff, delta, patch, differ, diffs, unified diff`,
  change:
    `change, changes, changed, modification, modifications, edit, edits, modified, edited, altered, alteration, local changes, touched, update, updates, updated, alter, modify, different`,
  status: `status, state, git status, repo status, repository status, working tree status, st, condition`,
  tree_git: `working tree, working copy, worktree, working directory, staging area`,
  uncommitted:
    `uncommitted, unstaged, staged, untracked, dirty, pending, not committed, not yet committed, to commit, uncommited, unsaved, waiting to be committed, left to commit, modified files, changed files,
    modified but not committed, outstanding, local changes, local modifications, need to commit, in progress, havent committed, have not committed, not committed yet, since the last commit, since last commit, since my last commit`,
  clean: `clean, up to date, dirty`,
  log:
    `log, git log, commit log, commit history, git history, change log of, revision history, change history, history, commit messages, commit message, git commits, commit list, list of commits`,
  message: `message, about, hash, id, sha, commit hash, commit id, subject, commit message, title, description`,
  author:
    `author, person, works on, work on, worked on, working on, contributor, committer, coder, developer, contributors, authored, contribute, contributed, contributed to`,
  wrote:
    `wrote, write, written, authored, created, changed, edited, modified, touched, updated, made, make, did, worked on, work on, contributed, contribute, contributed to, change, edit, modify, last changed, last edited, last modified, last touched, last updated, changed last, edited last, modified last, touched last, responsible for, blame, committed, last committed`,
  made:
    `made, new, make, makes, making, recorded, land, landed, happen, happened, done, added, add, pushed, went in, gone in, came in, created, written, write, wrote`,
  disk:
    `disk, disk space, drive, storage, filesystem, file system, partition, hdd, ssd, hard drive, hard disk, disc, df, disk usage, disk storage, disks, storage space, disc space, disk capacity`,
  memory: `memory, ram, mem, swap, memory usage, physical memory, system memory`,
  cpu: `cpu, processor, core, cpus, cpu core, processor core, cpu count, cpu model, nproc, lscpu`,
  load:
    `load, load average, loadavg, busy, cpu usage, cpu load, processor usage, processor load, utilization, utilisation, system load, cpu utilization, cpu utilisation, load averages, how busy, how loaded, under load, heavy load, stressed`,
  uptime:
    `uptime, been up, been running, up time, booted, boot, reboot, system up, machine up, computer up, server up, system start, machine start, computer start, server start, since last reboot, since reboot, since last boot, since the last reboot, boot up, last boot, last reboot, boot time, rebooted, last booted, been on, last rebooted, last restarted, last restart, been turned on, been powered on, turned on, last start, started, been online, is up, running for`,
  os:
    `os, operating system, platform, distro, distribution, kernel, kernel version, os version, uname, linux distribution, linux version, linux, version of linux, mac, macos, ubuntu, debian, fedora, on windows, a windows, unix, system version, architecture, arch, which system`,
  host:
    `hostname, host name, host, machine name, computer name, name of this machine, name of this computer, name of the machine, name of the computer, name of my computer, name of my machine, this machine called, this computer called, machine called, computer called`,
  machine: `machine, computer, system, box, server, pc, laptop, host, device, workstation, hardware`,
  all_system:
    `system info, system information, system status, system details, system overview, machine info, machine information, machine details, machine status, specs, system specs, hardware, hardware info, machine specs, specifications,
    computer specs, sysinfo, neofetch, about this machine, about this computer, about this system, about the machine, about the system, about the computer, about the server, about my system, system summary, computer info, computer information, health, system health, system stats, system report, about my machine, about my computer, resources, system resources, resource usage, hardware information, specs of, vitals`,
  time:
    `time, time is it, what time is it, whats the time, what is the time, current time, clock, time now, the time now, local time, hour`,
  date:
    `date, what day is it, what day, todays date, date today, date is it, whats today, what is today, which day is it, day is it, day of the week, weekday, current date, day of week, what is today, day today, day, month is it, year is it, what day today is, what weekday`,
  timezone: `timezone, time zone, tz, timezone am i in`,
  today_: `today, todays`,
  usage:
    `usage, use, used, using, running, run, use of, set, configured, consumption, consumed, utilization, utilisation, occupied, taken, in use, being used, used up, statistics, stats, status, state, situation, info, level, space, capacity, available, size, big, large, average, doing, amount, high, low, much, how much, how much of, total, percentage, percent, count, remaining, how full, full, how is, hows, how long, long, running out of, run out of, running low on, enough, model, has, doing, high, low, holding up, kind, installed, how, report, statistic, bytes, gigabytes, space on`,
  free: `free, available, left, remaining, spare, unused, remain, remains, headroom, left over, still free, unoccupied`,
  how_much: `how much, how much of, how full, how many gb, how many gigabytes, much, how`,
  session:
    `session, conversation, chat, earlier session, past session, previous session, past conversation, chat history, my history, conversation history, session history, earlier conversation, discussion, previous chat, past chat, history, dialogue, thread`,
  asked:
    `ask, asked, question, talk, talked, talk about, talked about, discuss, discussed, mention, mentioned, said, say, chat, chatted, spoke, speak,
    spoken, told, ask you, asked you, talking about, talking, asking, requested`,
  past:
    `earlier, past, previous, old, before, previously, already, yet, ever, last, last time, recent, recently, lately, latest, so far`,
  topic_word: `about, regarding, concerning, on, for, mentioning, related to, with, containing, around, touching`,
  help:
    `help, what can you do, what do you do, what can i do, what can i ask, what can i say, what do you know, what do you understand, man, manual, what are you able to do, what are your commands,
    what commands, which commands, available commands, list of commands, commands, command list, capabilities, what are my options, how does this work, how do i use this, how can i use this, how to use this, how do i use you, how can i use you, what else can you do, what things can you do, what sort of things can you do, command reference, supported commands, what can i type, what should i type, what may i ask, what are you capable of`,
  support: `support, understand, offer, use, type, run, accept, know, recognise, recognize`,
  commands: `command, commands, questions, keywords`,
  search_topic: `search, searching, text search, grep`,
  files_topic: `files, file, folders`,
  git_topic: `git, version control`,
  system_topic: `system, machine`,
  history_topic: `history, sessions`,
  used:
    `used, use, uses, defined, define, declared, mentioned, referenced, called, imported, appear, appears, occur, occurs, mention, show up, shows up, found, come up, comes up, implemented, invoked, instantiated, occurring, exist, exists, written, set, present, turn up, turns up, contained`,
  like: `matching, match, matches, like, that match, which match`,
  sort_verb: `sort, rank, order, arrange`,
  contain:
    `contain, import, imports, importing, define, defines, defining, export, exports, exporting, declares, declare, implements, implement, contains, containing, contained, mention, mentions, mentioning, mentioned, include, includes, including, matching, match, matches, match for, that match, with, reference, references, referencing, refer to, refers to, use, uses, using, having, have, has, that say, that says, saying, talk about, call, calls`,
  times:
    `times, time, occurrence, occurrence of, occurrences, instances of, instance, instance of, appearances of, hits, hit, matches, how often, references to, reference to, mentions of, mention of, uses of, use of, usages of, usage of, usages, places, place, matches of, often, hits for, appearances`,
  text:
    `text, string, phrase, word, pattern, term, keyword, expression, symbol, identifier, literal, name, line, function, variable, class, module, library, package, method, constant, interface, comments`,
  todo: `todo, todos, to do, to dos, to-do, to-dos, todo comments, todo items, todo list`,
  fixme: `fixme, fixmes`,
  comment:
    `comment, marker, note, mark, item, tag, annotation, left, remaining, open, outstanding, still, to do, things`,
  more_than:
    `over, above, more than, larger than, bigger than, greater than, at least, exceeding, >, >=, heavier than, exceed, exceeds, beyond, in excess of, that exceed, upwards of, larger, bigger, minimum, heavier`,
  less_than:
    `under, below, less than, smaller than, at most, <, <=, up to, not more than, no more than, lighter than, no larger than, no bigger than, fewer than, smaller, lighter`,
  larger:
    `larger than, bigger than, larger, bigger, heavier, heavier than, more space, greater, greater than, large, big`,
  smaller: `smaller than, smaller, lighter, lighter than, less space, tinier, less than`,
  newer:
    `newer than, newer, more recent, more recent than, fresher, younger, later than, later, changed more recently, more recently, modified more recently, edited more recently, updated more recently, changed later, last, changed last, modified last, edited last, updated last, latest, newest`,
  older: `older than, older, less recent, earlier than, staler, oldest`,
  either: `or, and, between`,
  most: `most`,
  it:
    `it, its, them, they, their, those, these, that, each, this, this one, that one, the result, of them, of these, of those`,
};

/** Words that look like a slip of a command word and are not one. */
export const OTHER_WORDS = new Set(
  "stage brunch statue fodder resent decent county counter counts provider providers protect context contest consent contend charges chances charged charger chanced director directors massage massages commuter commuters serve serves sever prevent insect insects marches latches lasting funding courting currant kennels nodules derails statutes flies compute computes crested starred stated worming ruining shoving fodders dives stricture timer timers finale alerted shaved staved smelled toady liners author's commie sized seize seized filed fields field older seasons season session's weird loaded reader reads lists container containers charging charged systemd"
    .split(" "),
);

const entries = (text: string): string[] =>
  text.split(",").map((w) => w.trim().replace(/\s+/g, " ")).filter((w) => w !== "");

/** Entry (one or more words) → its meanings; `longest` is the most words that one entry has. */
export type Lexicon = { get(entry: string): ReadonlySet<string> | undefined; longest: number };

function build(meanings: Record<string, string>): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const [meaning, text] of Object.entries(meanings)) {
    for (const entry of entries(text)) out.set(entry, (out.get(entry) ?? new Set()).add(meaning));
  }
  return out;
}

const longestOf = (words: ReadonlyMap<string, unknown>): number =>
  Math.max(...[...words.keys()].map((k) => k.split(" ").length));

const WORDS = build({ filler: FILLER, ...MEANINGS });
const SHARED = build({ filler: FILLER, show: MEANINGS.show });
const LONGEST_SHARED = longestOf(SHARED);

/** Entry → its meanings, in the rules that name no other lexicon. */
export const LEXICON: ReadonlyMap<string, ReadonlySet<string>> & Lexicon = Object.assign(WORDS, {
  longest: longestOf(WORDS),
});

/** A lexicon of its own for one subject: what fills a sentence, what asks to show something, and `meanings`. */
export function lexiconOf(meanings: Record<string, string>): Lexicon {
  const words = build(meanings);
  const get = (entry: string) => {
    const own = words.get(entry);
    const shared = SHARED.get(entry);
    return own === undefined || shared === undefined ? own ?? shared : new Set([...own, ...shared]);
  };
  return { get, longest: Math.max(longestOf(words), LONGEST_SHARED) };
}

/** `word` and what it may be the plural of. */
export function singulars(word: string): string[] {
  const out = [word];
  if (/ies$/.test(word)) out.push(word.slice(0, -3) + "y");
  if (/(s|x|ch|sh)es$/.test(word)) out.push(word.slice(0, -2));
  if (/[^s]s$/.test(word)) out.push(word.slice(0, -1));
  return out;
}

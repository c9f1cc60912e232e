/** What makes a shell line more dangerous than its floor. Nothing here can lower a risk; order and place do not matter. */
import type { Risk } from "../tool.ts";

/** A command name at the start of a word, perhaps behind a path. */
const at = (names: string) => `(?:^|[^\\w.-])(?:${names})(?![\\w-])`;
const re = (source: string) => new RegExp(source, "i");
/** The rest of one command, bounded so that a long line stays linear. */
const REST = "[^;|&\\n]{0,200}?";
const SHELLS = "(?:ba|da|z|k|fi|c|tc)?sh|python[\\d.]*|perl|ruby|node|deno|php";

/** Sentences after "the line", tested against every reading of a line in turn. */
export const DANGERS: { risk: Risk; pattern: RegExp; reason: string }[] = [
  {
    risk: "CRITICAL",
    pattern: re(
      `${
        at("rm")
      }${REST}\\s-(?:\\w{0,9}r\\w{0,9}f|\\w{0,9}f\\w{0,9}r|r\\w{0,9}\\s{1,9}-\\w{0,9}f|f\\w{0,9}\\s{1,9}-\\w{0,9}r|-recursive)`,
    ),
    reason: "deletes whole folders without asking (rm -rf)",
  },
  {
    risk: "CRITICAL",
    pattern: re(`${at("rm")}${REST}\\s-\\w{0,9}r${REST}\\s(?:/|~|\\*|\\.\\.?)(?:\\s|$|/\\*)`),
    reason: "deletes a whole tree from its root",
  },
  {
    risk: "CRITICAL",
    pattern: re(`${at("mkfs(?:\\.\\w+)?|mke2fs|wipefs|fdisk|sfdisk|parted|blkdiscard|format")}\\s`),
    reason: "formats or partitions a disk",
  },
  { risk: "CRITICAL", pattern: re(`${at("dd")}${REST}of=`), reason: "writes raw blocks (dd of=)" },
  {
    risk: "CRITICAL",
    pattern: re(`>\\s{0,9}/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|mapper|mem|kmem)`),
    reason: "writes to a device",
  },
  {
    risk: "CRITICAL",
    pattern: re(
      `${
        at("curl|wget|fetch|aria2c|nc|ncat")
      }[^;\\n]{0,400}?\\|\\s{0,9}(?:sudo\\s+)?(?:env\\s+)?(?:\\S{0,80}/)?(?:${SHELLS})\\b`,
    ),
    reason: "runs what it downloads",
  },
  {
    risk: "CRITICAL",
    pattern: re(`${at(SHELLS)}[^;\\n]{0,80}?(?:<\\(|\\$\\(|\`)\\s{0,9}(?:curl|wget|fetch)\\b`),
    reason: "runs what it downloads",
  },
  {
    risk: "CRITICAL",
    pattern: re(`(?:base(?:64|32)|xxd|openssl|uudecode)[^;\\n]{0,200}?\\|\\s{0,9}(?:\\S{0,80}/)?(?:${SHELLS})\\b`),
    reason: "runs what it decodes",
  },
  {
    risk: "CRITICAL",
    pattern: re(`(?:^|[;&|\\s])([\\w:.]{1,30})\\s{0,9}\\(\\)\\s{0,9}\\{[^}]{0,80}\\1\\s{0,9}\\|\\s{0,9}\\1`),
    reason: "is a fork bomb",
  },
  {
    risk: "CRITICAL",
    pattern: re(`${at("kill")}${REST}\\s-(?:9|kill|sigkill|s\\s+\\w+)\\s+-1\\b|${at("kill")}\\s+-1\\s`),
    reason: "kills every process",
  },
  {
    risk: "CRITICAL",
    pattern: re(`${at("chmod|chown|chgrp")}${REST}\\s-\\w{0,9}r\\w{0,9}\\s${REST}\\s/(?:\\s|$)`),
    reason: "changes the rights of the whole system",
  },
  {
    risk: "CRITICAL",
    pattern: re(
      `${at("git")}${REST}\\spush\\b${REST}(?:\\s--force(?!-with)|\\s-\\w{0,9}f|\\s--mirror|\\s--delete|\\s\\+\\w)`,
    ),
    reason: "overwrites a remote's history (git push --force)",
  },
  {
    risk: "CRITICAL",
    pattern: re(`\\b(?:drop\\s+(?:database|table|schema)|truncate\\s+table)\\b`),
    reason: "destroys a database",
  },
  {
    risk: "CRITICAL",
    pattern: re(
      `>>?\\s{0,9}\\S{0,200}(?:authorized_keys|/etc/(?:passwd|shadow|sudoers))|${
        at("visudo|useradd|usermod|chpasswd|passwd")
      }`,
    ),
    reason: "changes who may log in",
  },
  {
    risk: "HIGH",
    pattern: re(at("sudo|doas|su|pkexec|runuser|setpriv|chroot|nsenter|unshare")),
    reason: "asks for other rights",
  },
  { risk: "HIGH", pattern: re(`${at("rm|rmdir|unlink|shred|truncate|srm")}\\s`), reason: "deletes files" },
  {
    risk: "HIGH",
    pattern: re(`${at("find")}${REST}\\s-(?:delete|exec|execdir|ok|okdir|fprint\\w*|fls)\\b`),
    reason: "acts on every file it finds",
  },
  {
    risk: "HIGH",
    pattern: re(
      `${at("chmod")}${REST}(?:\\b0?[2467]?777\\b|a\\+\\w{0,9}w|o\\+\\w{0,9}w|\\+\\w{0,9}s\\b)|${at("setfacl|chattr")}`,
    ),
    reason: "opens files to everybody",
  },
  {
    risk: "HIGH",
    pattern: re(`${at("eval|exec|source")}\\s|${at(SHELLS)}${REST}\\s(?:-\\w{0,9}[ce]\\b|eval\\b)`),
    reason: "runs text as a program",
  },
  {
    risk: "HIGH",
    pattern: re(`\\|\\s{0,9}(?:\\S{0,80}/)?(?:${SHELLS}|xargs|parallel|at|batch)\\b`),
    reason: "runs what another command prints",
  },
  {
    risk: "HIGH",
    pattern: re(`${at("kill|pkill|killall|skill|reboot|shutdown|halt|poweroff|init|telinit")}(?:\\s|$)`),
    reason: "stops processes or the machine",
  },
  {
    risk: "HIGH",
    pattern: re(
      at(
        "iptables|ip6tables|nft|ufw|firewall-cmd|pfctl|ifconfig|route|sysctl|modprobe|insmod|rmmod|mount|umount|swapoff",
      ),
    ),
    reason: "changes the network or the kernel",
  },
  {
    risk: "HIGH",
    pattern: re(
      `${at("systemctl|service|launchctl|rc-update|crontab|at|loginctl")}(?:\\s|$)|/etc/(?:cron|systemd|init)`,
    ),
    reason: "changes services or scheduled jobs",
  },
  {
    risk: "HIGH",
    pattern: re(`${at("docker|podman|nerdctl|kubectl|helm|lxc|virsh|vagrant|terraform|ansible(?:-\\w+)?")}\\s`),
    reason: "controls containers or other machines",
  },
  {
    risk: "HIGH",
    pattern: re(
      `${at("ssh|scp|sftp|rsync|telnet|nc|ncat|socat|ftp|mosh|curl|wget|dig|nslookup")}(?:\\s|$)|/dev/(?:tcp|udp)/`,
    ),
    reason: "reaches other machines",
  },
  {
    risk: "HIGH",
    pattern: re(
      `${
        at(
          "apt(?:-get)?|dnf|yum|pacman|apk|brew|snap|dpkg|rpm|pip[\\d.]*|npm|npx|pnpm|yarn|gem|cargo|go)\\s+(?:-\\S{1,40}\\s{1,9}){0,9}(?:i|install|add|ci|remove|uninstall|purge|upgrade|get|publish|exec|dlx",
        )
      }|${at("npx|pnpx|uvx")}\\s`,
    ),
    reason: "installs, removes or publishes packages",
  },
  {
    risk: "HIGH",
    pattern: re(
      `${
        at("git")
      }${REST}\\s(?:push|reset\\s+--hard|clean|rebase|filter-branch|filter-repo|checkout\\s+--|restore|gc|reflog|update-ref|config|branch\\s+-d|stash\\s+(?:drop|clear)|submodule|-c\\s|-c\\S+=|--exec-path|--upload-pack|--output)`,
    ),
    reason: "rewrites, discards or publishes git state",
  },
  {
    risk: "HIGH",
    pattern: re(
      `\\b(?:history|fc)\\s|\\.(?:bash|zsh|sh|python|psql|mysql|node_repl)_history|${
        at("printenv|env|set|export")
      }\\s{0,9}(?:$|[|;&>])|/proc/\\w+/environ`,
    ),
    reason: "reads history or the environment",
  },
  {
    risk: "HIGH",
    pattern: re(
      `\\.(?:ssh|gnupg|aws|kube|docker|netrc|npmrc|pgpass|git-credentials)\\b|\\bid_(?:rsa|ed25519|ecdsa|dsa)\\b|/etc/(?:shadow|sudoers)|${
        at("ssh-keygen|ssh-add|gpg|gpg2|security|secret-tool|pass|vault|op|age|keyctl")
      }\\s`,
    ),
    reason: "touches keys or logins",
  },
  {
    risk: "HIGH",
    pattern: re(`${at("nohup|disown|setsid|screen|tmux|daemonize")}(?:\\s|$)`),
    reason: "leaves something running",
  },
  {
    risk: "HIGH",
    pattern: re(
      `\\b(?:ld_preload|ld_library_path|bash_env|prompt_command|pythonstartup|node_options|git_ssh_command|git_external_diff)\\s{0,9}=|(?:^|[\\s;])(?:path|ifs|env)=`,
    ),
    reason: "changes what programs load",
  },
  {
    risk: "HIGH",
    pattern: re(
      `>>?\\s{0,9}(?:\\S{0,200}/)?(?:\\.(?:bashrc|zshrc|profile|bash_profile|bash_login|zprofile|envrc|gitconfig|npmrc)|\\.git/|\\.github/|\\.vscode/|\\.husky/|etc/)`,
    ),
    reason: "writes what runs by itself later",
  },
];

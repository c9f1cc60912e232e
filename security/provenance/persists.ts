/** Files that are obeyed later without being asked: start-up files, schedules, hooks, what steers an assistant. Pure. */

const PLACES: RegExp[] = [
  /(?:^|\/)\.(?:bash(?:rc|_profile|_login|_logout|_aliases)|profile|z(?:shrc|shenv|profile|login)|kshrc|inputrc|xprofile|xinitrc|vimrc|emacs)$/,
  /(?:^|\/)\.(?:config\/(?:autostart|systemd|fish|nvim|environment\.d)|local\/share\/(?:applications|systemd)|git\/(?:hooks|config)|husky|githooks)(?:\/|$)/,
  /(?:^|\/)(?:crontab|cron\.(?:d|daily|hourly|weekly|monthly)|systemd|launchagents|launchdaemons|init\.d|rc\.local|profile\.d|sudoers\.d|udev)(?:\/|$|\.)/,
  /\.(?:service|timer|socket|desktop|plist|rules)$/,
  /(?:^|\/)(?:authorized_keys|known_hosts|\.ssh|\.gitconfig|\.npmrc|\.netrc|\.pypirc|hosts|sudoers)(?:\/|$)/,
  /(?:^|\/)(?:agents|claude|gemini|copilot-instructions|skill|\.?harombe)\.(?:md|ya?ml|toml|json)$/,
  /(?:^|\/)\.(?:cursorrules|cursor|claude|windsurfrules|clinerules|harombe|vscode|envrc|devcontainer)(?:\/|$)/,
  /(?:^|\/)\.(?:github\/workflows|gitlab-ci\.yml|circleci|woodpecker)(?:\/|$|\.)/,
  /(?:^|\/)(?:conftest|sitecustomize|usercustomize)\.py$/,
];

/** True if what is written at `path` acts by itself later. Upper and lower case are the same here. */
export function persists(path: string): boolean {
  const plain = path.normalize("NFKC").toLowerCase().replaceAll("\\", "/").replace(/\/+/g, "/").trim();
  return plain.length > 4096 || PLACES.some((place) => place.test(plain));
}

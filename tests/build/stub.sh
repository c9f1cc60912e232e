#!/bin/sh
# harombe @VERSION@ for @PLATFORM@: this script, then a gzipped tar of Deno and the program.
# The first start unpacks it once into a cache directory that only this user may use; later starts find it there.
die() { echo "harombe: $*" >&2; exit 126; }
/bin/pwd -P >/dev/null 2>&1 || { echo "harombe: Cannot work in this folder: it is not there any more" >&2; exit 1; }
[ "$(uname -s)-$(uname -m)" = '@PLATFORM@' ] || die "built for @PLATFORM@, this is $(uname -s)-$(uname -m)"
if [ -n "${HAROMBE_RUNTIME_DIR-}" ]; then B=$HAROMBE_RUNTIME_DIR
elif [ "$(id -u)" = 0 ]; then B=/var/cache/harombe
elif [ -n "${XDG_CACHE_HOME:-${HOME-}}" ]; then B=${XDG_CACHE_HOME:-$HOME/.cache}/harombe
else B=/tmp/harombe-$(id -u); [ ! -L "$B" ] || die "$B is a symbolic link"; fi
[ ! -e "$B" ] || [ -O "$B" ] || die "$B belongs to someone else"
D=$B/@HASH@
if [ ! -f "$D/.ok" ]; then
  (umask 077; mkdir -p "$B") 2>/dev/null && [ -O "$B" ] || die "cannot use $B: set HAROMBE_RUNTIME_DIR"
  B=$(cd "$B" && pwd -P) && D=$B/@HASH@ || die "cannot use $B"
  find "$B" -name '.x.*' -prune -mmin +60 -exec rm -rf {} + 2>/dev/null
  T=$(mktemp -d "$B/.x.XXXXXX") || die "cannot write to $B: set HAROMBE_RUNTIME_DIR"
  trap 'rm -rf "$T"' EXIT; trap 'exit 130' INT TERM HUP
  if command -v sha256sum >/dev/null; then S=sha256sum; else S='shasum -a 256'; fi
  [ "$(tail -n +@LINES@ "$0" | $S | cut -c 1-16)" = @HASH@ ] || die "$0 is damaged"
  { tail -n +@LINES@ "$0" | gzip -dc | tar -xf - -C "$T"; } 2>/dev/null && (cd "$T" && $S -c SHA256SUMS) >/dev/null 2>&1 ||
    die "cannot unpack to $B: is the disk full?"
  "$T/deno" --version >/dev/null 2>&1 || die "cannot start programs in $B: set HAROMBE_RUNTIME_DIR"
  sync; : > "$T/.ok"
  # mv into a directory that another start made meanwhile puts ours inside it; a directory without .ok is a torn one.
  [ -d "$D" ] || mv "$T" "$D" 2>/dev/null
  rm -rf "$D/${T##*/}"
  [ -f "$D/.ok" ] || { rm -rf "$D"; mv "$T" "$D"; }
  rm -rf "$T"; trap - EXIT INT TERM HUP
  # Versions that no process runs any more go; without /proc nobody can tell, so they stay.
  for O in "$B"/????????????????; do
    [ "$O" != "$D" ] && [ -f "$O/.ok" ] && [ -x "$O/deno" ] && [ -e /proc/self/exe ] || continue
    ls -l /proc/[0-9]*/exe 2>/dev/null | grep -qF -- " -> $O/" && continue
    rm -f "$O/.ok"; rm -rf "$O"
  done
fi
H=${HAROMBE_HOME:-${HOME:+$HOME/.harombe}}
E='@ENV@'
case ${1-} in
  version|completions|complete|help|--version|-V|--help|-h) set -- --ignore-env "--allow-env=$E" "$D/main.js" "$@" ;;
  config|audit|sessions|memory|logs)
    # A comma would split the list of a flag: then the launcher, which can write it.
    case $H in
      *,*) set -- @LAUNCHER@ "$D/launch.js" "$@" ;;
      '') set -- --ignore-env "--allow-env=$E" "$D/main.js" "$@" ;;
      *) set -- --ignore-env "--allow-env=$E" "--allow-read=$H" "--allow-write=$H" "$D/main.js" "$@" ;;
    esac ;;
  *) set -- @LAUNCHER@ "$D/launch.js" "$@" ;;
esac
unset HAROMBE_RUNTIME_DIR NODE_OPTIONS HAROMBE_CACHE
case $0 in /*) export HAROMBE_FILE="$0" ;; *) export HAROMBE_FILE="$PWD/$0" ;; esac
export DENO_DIR="$D/cache" DENO_NO_UPDATE_CHECK=1
exec "$D/deno" run @COMMON@ "$@"
# What follows is data.
exit 126

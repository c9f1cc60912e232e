#!/bin/sh
# harombe @VERSION@ for @TARGET@: this script, then a gzipped tar of Deno and the program.
# The first start unpacks it once into a cache directory that only this user may use; later starts find it there.
die() { printf 'harombe: %s\n' "$*" >&2; exit 126; }
/bin/pwd -P >/dev/null 2>&1 || { echo "harombe: Cannot work in this folder: it is not there any more" >&2; exit 1; }
[ "$(uname -sm)" = '@UNAME@' ] || die "built for @UNAME@, this is $(uname -sm)"
L='@LOADER@'
[ -z "$L" ] || [ -e "$L" ] || die "needs glibc, and $L is not here: systems with musl (Alpine) are not supported"
U=$(id -u)
if [ -n "${HAROMBE_RUNTIME_DIR-}" ]; then B=$HAROMBE_RUNTIME_DIR
elif [ "$U" = 0 ]; then B=/var/cache/harombe
elif [ -n "${XDG_CACHE_HOME:-${HOME-}}" ]; then B=${XDG_CACHE_HOME:-$HOME/.cache}/harombe
else B=/tmp/harombe-$U; fi
case $B in /*) ;; *) B=$PWD/$B ;; esac
while case $B in */) ;; *) false ;; esac; do B=${B%/}; done
D=$B/@HASH@
# Where the usual place cannot be written, as a home that is read-only, the temporary directory has to do.
if [ ! -f "$D/.ok" ] && [ -z "${HAROMBE_RUNTIME_DIR-}" ] && ! { (umask 077; mkdir -p "$B") 2>/dev/null && [ -w "$B" ]; } &&
  { [ ! -e "$B" ] || [ -O "$B" ]; }; then B=/tmp/harombe-$U D=/tmp/harombe-$U/@HASH@; fi
for P in "$B" "$D"; do
  [ ! -L "$P" ] || die "$P is a symbolic link: remove it, or set HAROMBE_RUNTIME_DIR"
  [ ! -e "$P" ] || [ -O "$P" ] || die "$P belongs to someone else"
done
# Prints what others may write; of $B alone while $D is not there.
W=$(find "$B" "$D" -prune \( -perm -020 -o -perm -002 \) 2>/dev/null) || [ $? -lt 126 ] || die "needs find"
[ -z "$W" ] || die "$B can be written by others: chmod go-w it"
if [ ! -f "$D/.ok" ]; then
  (umask 077; mkdir -p "$B") 2>/dev/null && [ ! -L "$B" ] && [ -d "$B" ] && [ -O "$B" ] || die "cannot use $B: set HAROMBE_RUNTIME_DIR"
  # The dot keeps a newline that the path ends in.
  R=$(cd "$B" && pwd -P && echo .) && R=${R%??} || die "cannot use $B"
  find "$B" -name '.x.*' -prune -mmin +60 -exec rm -rf {} + 2>/dev/null
  T=$(mktemp -d "$B/.x.XXXXXX" 2>/dev/null) || die "cannot write to $B: is the disk full? Else set HAROMBE_RUNTIME_DIR"
  trap 'rm -rf "$T"' EXIT; trap 'exit 130' INT TERM HUP
  if command -v sha256sum >/dev/null; then S=sha256sum; else S='shasum -a 256'; fi
  [ "$(tail -n +@LINES@ "$0" | $S | cut -c 1-64)" = @PAYLOAD@ ] || die "$0 is damaged"
  { tail -n +@LINES@ "$0" | gzip -dc | tar -xf - -C "$T"; } 2>/dev/null && (cd "$T" && $S -c SHA256SUMS) >/dev/null 2>&1 ||
    die "cannot unpack to $B: is the disk full?"
  "$T/deno" --version >/dev/null 2>&1 || die "cannot start programs in $B: set HAROMBE_RUNTIME_DIR"
  sync; : > "$T/.ok"
  # mv into a directory that another start made meanwhile puts ours inside it; a directory without .ok is a torn one.
  [ -d "$D" ] || mv "$T" "$D" 2>/dev/null
  rm -rf "$D/${T##*/}"
  [ -f "$D/.ok" ] || { rm -rf "$D"; mv "$T" "$D"; }
  rm -rf "$T"; trap - EXIT INT TERM HUP
  # True if a process runs the program of directory $1, or if nobody can tell.
  busy() {
    if [ -e /proc/self/exe ]; then ls -l /proc/[0-9]*/exe 2>/dev/null | grep -qF -- " -> $R/${1##*/}/"
    elif command -v lsof >/dev/null; then [ -n "$(lsof -t -- "$1/deno" 2>&1)" ]; fi
  }
  for O in "$B"/????????????????; do
    [ "$O" != "$D" ] && [ ! -L "$O" ] && [ -f "$O/.ok" ] && [ -x "$O/deno" ] || continue
    busy "$O" && continue
    rm -f "$O/.ok"; rm -rf "$O"
  done
fi
[ "$*" != 'version --licenses' ] || exec cat "$D/THIRD_PARTY_LICENSES"
H=${HAROMBE_HOME:-${HOME:+$HOME/.harombe}}
E='@ENV@'
case $0 in /*) HAROMBE_FILE=$0 ;; *) HAROMBE_FILE=$PWD/$0 ;; esac
# A comma would split the list of a flag; the launcher cannot write one of these paths either.
case $D in *,*) die "cannot use $B: a comma in its name; set HAROMBE_RUNTIME_DIR" ;; esac
case ${1-} in
  version|completions|complete|help|--version|-V|--help|-h) set -- --ignore-env "--allow-env=$E" "--allow-read=$D" "$D/main.js" "$@" ;;
  config|audit|sessions|memory|logs)
    # A comma would split the list of a flag: then the launcher, which can write it.
    case $H in
      *,*) set -- @LAUNCHER@ "$D/launch.js" "$@" ;;
      '') set -- --ignore-env "--allow-env=$E" "--allow-read=$D" "$D/main.js" "$@" ;;
      *) set -- --ignore-env "--allow-env=$E" "--allow-read=$D,$H" "--allow-write=$H" "$D/main.js" "$@" ;;
    esac ;;
  *) set -- @LAUNCHER@ "$D/launch.js" "$@" ;;
esac
unset HAROMBE_RUNTIME_DIR HAROMBE_CACHE NODE_OPTIONS
export DENO_DIR="$D/cache" DENO_NO_UPDATE_CHECK=1 HAROMBE_FILE HAROMBE_BUILD='portable @TARGET@ @PAYLOAD@'
exec "$D/deno" run @COMMON@ "$@"
# What follows is data.
exit 126

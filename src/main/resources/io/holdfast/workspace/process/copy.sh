# Copies the server's bare clone into a working copy on a branch; packs are hard links where the file system has them.
# Runs with the clone's lock shared, so nobody fetches or repacks meanwhile.
# $1 clone   $2 working copy to be   $3 URL for its origin   $4 branch as printf %b takes it, empty for the default
set -u
clone=$1 copy=$2 origin=$3 branch=$(printf '%b' "$4")
UNKNOWN_BRANCH=62 NO_DEFAULT_BRANCH=63 NO_CLONE=64 COPY_FAILED=65

in_clone() { git --git-dir="$clone" "$@"; }
in_copy() { git -C "$copy" "$@"; }

in_clone rev-parse --git-dir >/dev/null || exit $NO_CLONE

if [ -z "$(in_clone for-each-ref --count=1)" ]; then
  git clone --quiet --template= --origin origin -- "$clone" "$copy" || exit $COPY_FAILED
  [ -z "$branch" ] || in_copy symbolic-ref HEAD "refs/heads/$branch" || exit $COPY_FAILED
else
  if [ -n "$branch" ]; then
    in_clone show-ref --verify --quiet "refs/heads/$branch" || exit $UNKNOWN_BRANCH
  else
    head=$(in_clone symbolic-ref --quiet HEAD) && in_clone show-ref --verify --quiet "$head" || exit $NO_DEFAULT_BRANCH
    branch=${head#refs/heads/}
  fi
  git clone --quiet --template= --origin origin --branch="$branch" -- "$clone" "$copy" || exit $COPY_FAILED
fi
in_copy remote set-url origin "$origin" && sync -f -- "$copy" || exit $COPY_FAILED
printf 'commit %s\n' "$(in_copy rev-parse --verify --quiet HEAD)"

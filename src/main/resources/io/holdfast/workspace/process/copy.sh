# Copies the server's bare clone into a working copy on a branch; packs are hard links where the file system has them.
# Runs with the clone's lock shared, so nobody fetches or repacks meanwhile.
# $1 clone   $2 working copy to be   $3 URL for its origin   $4 branch as printf %b takes it, empty for the default
# $5 commit that the branch is to be at, empty for where it is now
set -u
clone=$1 copy=$2 origin=$3 branch=$(printf '%b' "$4") wanted=$5
UNKNOWN_BRANCH=62 NO_DEFAULT_BRANCH=63 NO_CLONE=64 COPY_FAILED=65

in_clone() { git --git-dir="$clone" "$@"; }
in_copy() { git -C "$copy" "$@"; }

# git does not always say why it could not write; a probe says it: "No space left on device".
fail() {
  head -c 65536 /dev/zero >"$copy.probe"
  rm -f -- "$copy.probe"
  exit $COPY_FAILED
}

any=$(in_clone for-each-ref --count=1) || exit $NO_CLONE

if [ -z "$any" ]; then
  commit=
  git clone --quiet --template= --origin origin -- "$clone" "$copy" || fail
  [ -z "$branch" ] || in_copy symbolic-ref HEAD "refs/heads/$branch" || fail
else
  if [ -z "$branch" ]; then
    head=$(in_clone symbolic-ref --quiet HEAD) || exit $NO_DEFAULT_BRANCH
    branch=${head#refs/heads/}
    missing=$NO_DEFAULT_BRANCH
  else
    missing=$UNKNOWN_BRANCH
  fi
  commit=$(in_clone show-ref --verify --hash "refs/heads/$branch" 2>/dev/null) || exit "$missing"
  git clone --quiet --template= --origin origin --branch="$branch" -- "$clone" "$copy" || fail
  # The clone may have been fetched since; what it no longer has cannot be had.
  if [ -n "$wanted" ] && [ "$wanted" != "$commit" ] && in_copy cat-file -e "$wanted^{commit}" 2>/dev/null; then
    in_copy reset --quiet --hard "$wanted" || fail
    commit=$wanted
  fi
fi
in_copy remote set-url origin "$origin" || fail
sync -f -- "$copy" || fail
printf 'commit %s\n' "$commit"

# Makes or refreshes the server's bare clone. Runs with the clone's lock held exclusively, so every lock file and
# temporary object in it is left over from a git that is gone.
# $1 create | refresh | renew   $2 clone   $3 staging directory   $4 URL without credentials
set -u
mode=$1 clone=$2 staging=$3 url=$4
FETCH_FAILED=60 CLONE_FAILED=61

in_clone() { git --git-dir="$clone" "$@"; }

# Whole enough to fetch into: ours, of this URL, and every branch and tag has its object.
usable() {
  [ -d "$clone" ] && [ ! -L "$clone" ] || return 1
  [ "$(in_clone config --local --get remote.origin.url 2>/dev/null)" = "$url" ] || return 1
  in_clone for-each-ref --format='%(objectname)' 2>/dev/null |
    in_clone cat-file --batch-check 2>/dev/null | grep -q ' missing$' && return 1
  return 0
}

# No branch or tag ends in ".lock"; one may begin with "tmp_".
sweep() (
  cd "$clone" && find . -type f '(' -name '*.lock' -o -path './objects/*' -name 'tmp_*' ')' -delete
)

clone_anew() {
  rm -rf -- "$staging" &&
    git clone --bare --no-local --no-progress --template= --origin origin -- "$url" "$staging" &&
    git --git-dir="$staging" config remote.origin.fetch '+refs/heads/*:refs/heads/*' &&
    git --git-dir="$staging" config --add remote.origin.fetch '+refs/tags/*:refs/tags/*' &&
    sync -f -- "$staging" &&
    rm -rf -- "$clone" &&
    mv -T -- "$staging" "$clone" &&
    sync -- "${clone%/*}" || {
    rm -rf -- "$staging"
    exit $CLONE_FAILED
  }
}

# The default branch is asked for beside the fetch, to pay the way to the remote once; not to know it is no failure.
fetch() {
  in_clone ls-remote --symref origin HEAD >"$clone/holdfast-head" 2>/dev/null &
  asking=$!
  in_clone fetch --prune --force --no-tags --no-write-fetch-head --no-progress origin || exit $FETCH_FAILED
  wait "$asking"
  kind= head= name= now=
  read -r kind head name <"$clone/holdfast-head" || :
  read -r _ now <"$clone/HEAD" || :
  case $kind:$name:$head in
    "ref::HEAD:$now") ;;
    ref::HEAD:refs/heads/*) in_clone symbolic-ref HEAD "$head" ;;
  esac
  # Nothing else ever packs: gc is off, because copies link the packs while others fetch.
  set -- "$clone"/objects/pack/*.pack
  if [ $# -gt 50 ]; then
    in_clone repack -q -d --geometric=2 || :
  fi
}

if [ "$mode" != renew ] && usable; then
  sweep
  [ "$mode" = create ] || fetch
else
  clone_anew
fi
exit 0

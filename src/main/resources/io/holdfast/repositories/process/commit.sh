# Tells the commit that a branch of the server's bare clone is at; nothing if there is no such branch.
# $1 clone   $2 branch as printf %b takes it, empty for the default
branch=$(printf '%b' "$2")
[ -n "$branch" ] || branch=$(git --git-dir="$1" symbolic-ref --quiet --short HEAD)
git --git-dir="$1" show-ref --verify --hash "refs/heads/$branch" 2>/dev/null || :

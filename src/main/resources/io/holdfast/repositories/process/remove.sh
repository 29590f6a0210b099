# Removes trees without following symbolic links or leaving the file system, write-protected directories included.
# $@ absolute paths
rm -rf --one-file-system -- "$@" 2>/dev/null && exit 0
for tree in "$@"; do
  [ -d "$tree" ] && [ ! -L "$tree" ] && find "$tree" -xdev -type d ! -perm -700 -exec chmod u+rwx {} \;
done
rm -rf --one-file-system -- "$@"

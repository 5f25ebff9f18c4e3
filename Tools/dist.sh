#!/bin/sh
# Makes a tarball with everything the program needs but the C library: unpack it anywhere and run bin/mezzotint.
# usage: Tools/dist.sh VERSION FOLDER
set -eu
version=$1
folder=$2
name=mezzotint-$version-$(uname -m)
root=$folder/$name
rm -rf "$root"
make install DESTDIR="$PWD/$root" PREFIX=/
mkdir -p "$root/lib/mezzotint"
# The system's own: they belong to the kernel and the C library that is there.
ldd "$root/bin/mezzotint" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' |
  grep -vE '/(ld-linux[^/]*|lib(c|m|dl|rt|pthread|resolv))\.so' |
  while read -r library; do cp -L "$library" "$root/lib/mezzotint/"; done
mv "$root/bin/mezzotint" "$root/lib/mezzotint/mezzotint"
cat >"$root/bin/mezzotint" <<'END'
#!/bin/sh
# Starts the program with the libraries that came with it.
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=$here/../lib/mezzotint${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$here/../lib/mezzotint/mezzotint" "$@"
END
chmod 755 "$root/bin/mezzotint"
# Resources are looked for beside the executable's parents too.
ln -s share/mezzotint/models "$root/models"
ln -s share/mezzotint/themes "$root/themes"
ln -s share/mezzotint/tokenizers "$root/tokenizers"
tar -C "$folder" -czf "$folder/$name.tar.gz" "$name"
rm -rf "$root"
echo "$folder/$name.tar.gz"

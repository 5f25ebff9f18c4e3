#!/bin/sh
# Makes a package for Debian 12 of what `make install` installs, for machines without Swift.
# usage: Tools/deb.sh VERSION FOLDER
set -eu
version=$1
# Debian's own variables say who makes a package.
maintainer="${DEBFULLNAME:-the mezzotint authors} <${DEBEMAIL:-mezzotint@users.noreply.github.com}>"
folder=$2
root=$folder/root
rm -rf "$folder"
mkdir -p "$root/DEBIAN" "$folder/debian"
make install DESTDIR="$root" PREFIX=/usr
share=$root/usr/share
gzip -9n "$share"/man/man1/*.1

# What it needs, by the libraries that it is linked to. The file is there only for dpkg-shlibdeps.
printf 'Source: mezzotint\n\nPackage: mezzotint\nArchitecture: any\n' >"$folder/debian/control"
depends=$(cd "$folder" && dpkg-shlibdeps -O root/usr/bin/mezzotint 2>/dev/null | sed 's/^shlibs:Depends=//')
architecture=$(dpkg --print-architecture)
size=$(du -sk "$root/usr" | cut -f1)
cat >"$root/DEBIAN/control" <<END
Package: mezzotint
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Section: graphics
Priority: optional
Description: watch and steer a diffusion model in the terminal
 Every step of denoising is drawn in the terminal, while sliders move FreeU's
 factors and the mixture of Gaussians that masks attention. Opens diffusers'
 U-Nets, published U-ViTs and models of its own, computes on the CPU, and needs
 neither Python nor a graphics card.
END
mkdir -p "$share/doc/mezzotint"
{
  echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
  echo
  echo "Files: *"
  sed -n 's/^Copyright (c) /Copyright: /p' LICENSE
  echo "License: Expat"
  sed -n '5,$p' LICENSE | sed 's/^$/./; s/^/ /'
  echo
  echo "Comment: The licences of the models and their data stand in /usr/share/mezzotint/models/README.md."
} >"$share/doc/mezzotint/copyright"
{
  echo "mezzotint ($version) unstable; urgency=low"
  echo
  echo "  * See CHANGELOG.md of the source."
  echo
  echo " -- $maintainer  $(date -R)"
} | gzip -9n >"$share/doc/mezzotint/changelog.gz"
(cd "$root" && find usr -type f -exec md5sum {} + | sort -k 2) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group --build "$root" "$folder/mezzotint_${version}_$architecture.deb" >/dev/null
rm -rf "$root" "$folder/debian"
echo "$folder/mezzotint_${version}_$architecture.deb"

#!/bin/sh
# Sees to it that what mezzotint is built with is there: Swift 6.1 or newer, oneDNN, ncurses, libpng, libjpeg, libwebp
# and LAPACK.
# Debian's packages are installed where they are missing; elsewhere it says what is needed.
set -eu

if ! command -v swift >/dev/null 2>&1; then
  echo "mezzotint needs Swift 6.1 or newer, and there is no swift here: see https://www.swift.org/install/" >&2
  exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
set -- ${version:-0 0}
if [ "$1" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 1 ]; }; then
  echo "mezzotint needs Swift 6.1 or newer, this is $1.$2: see https://www.swift.org/install/" >&2
  exit 1
fi

if [ "$(uname)" = Darwin ]; then
  command -v brew >/dev/null 2>&1 || exit 0
  for formula in onednn ncurses libpng jpeg-turbo webp lapack; do
    brew list "$formula" >/dev/null 2>&1 || { echo "installing $formula with Homebrew"; brew install "$formula"; }
  done
  exit 0
fi

missing=""
need() { # header, package
  for folder in /usr/include /usr/include/*-linux-gnu; do
    [ -e "$folder/$1" ] && return
  done
  missing="$missing $2"
}
need oneapi/dnnl/dnnl.h libdnnl-dev
need ncursesw/curses.h libncursesw5-dev
need png.h libpng-dev
need jpeglib.h libjpeg-dev
need webp/decode.h libwebp-dev
need lapacke.h liblapacke-dev
ls /usr/include/c++/*/vector >/dev/null 2>&1 || missing="$missing g++"
command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "mezzotint needs the development files of these Debian packages, under whatever name they have here:$missing" >&2
  exit 1
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
  root="sudo"
  echo "mezzotint is built with these Debian packages, which are not installed:$missing"
  echo "installing them, for which sudo may ask for your password"
else
  echo "installing the Debian packages that mezzotint is built with:$missing"
fi
$root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null

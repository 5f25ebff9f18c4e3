#!/bin/sh
# Writes the manual's pages, mezzotint.1 and one for each command, from the program's own definitions.
# usage: Tools/manual.sh PROGRAM FOLDER
# The tool is swift-argument-parser's own; it is built once, in seconds.
set -eu
program=$1
folder=$2
swift=${SWIFT:-swift}
parser=.build/checkouts/swift-argument-parser
[ -d "$parser" ] || { parser=.build/install/checkouts/swift-argument-parser; }
mkdir -p .build
$swift build --package-path "$parser" --product generate-manual --scratch-path .build/manual-tool \
  >.build/manual-tool.log 2>&1 || { cat .build/manual-tool.log >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder"
.build/manual-tool/debug/generate-manual "$program" --multi-page --output-directory "$folder" \
  --authors "the mezzotint authors" >/dev/null

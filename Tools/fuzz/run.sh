#!/bin/bash
# Feeds every parser with inputs that nobody meant: Tools/fuzz/run.sh SECONDS [HARNESS ...], from the project's root.
# What makes one fail lies in .build/fuzz/findings afterwards; the corpus, which grows from run to run, beside it.
# FUZZ_RUNS=N ends each harness after N inputs, too.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}; shift || true
place=$PWD/.build/fuzz; sources=$place/Sources
mkdir -p "$sources" "$place/findings"
for room in Sources/*; do ln -sfn "$PWD/$room" "$sources/$(basename "$room")"; done
ln -sfn "$PWD/Tools/fuzz/Sources" "$sources/Fuzz"
cp Tools/fuzz/Package.swift "$place"
build() { swift build --package-path "$place" --configuration release --sanitize address --product Fuzz --quiet "$@"; }
build
program=$(build --show-bin-path)/Fuzz

# Seeds: files of each kind that the repository has anyway.
seed() {
  local harness=$1 file; shift
  mkdir -p "$place/corpus/$harness"
  for file in "$@"; do
    if [ -f "$file" ] && [ "$(wc -c <"$file")" -lt 65536 ]; then
      cp -f "$file" "$place/corpus/$harness/$(echo "$file" | tr / -)"
    fi
  done
}
all=()
for folder in Tools/fuzz/seeds/*; do
  all+=("$(basename "$folder")"); seed "$(basename "$folder")" "$folder"/*
done
seed safetensors $(find Tests/Goldens/torch Tests/Goldens/failing -name '*.safetensors')
seed pytorch $(find Tests/Goldens/torch -name '*.pt' -o -name '*.pth')
seed diffusers $(find Tests/Goldens models -name '*config.json')
seed theme themes/*.toml; seed toml themes/*.toml
seed png $(find Tests/Goldens -name '*.png'); seed actions $(find Tests/Goldens -name '*.jsonl')

# Memory is looked at by how much a single input may take. Inputs are small: most parsers fail at their first bytes.
status=0; total=0
for harness in "${@:-${all[@]}}"; do
  case $harness in
    axis | quoting | terminal | answers | weights | prompt | textfield | exif | settings) longest=256 ;;
    pytorch | singlefile | frontend) longest=8192 ;;
    recipe | training | png | trainlog | engine) longest=2048 ;;
    *) longest=1024 ;;
  esac
  log=$place/$harness.log
  # Swift's own crash reporter would stand between a crash and libFuzzer.
  SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:malloc_context_size=1:quarantine_size_mb=4 FUZZ=$harness "$program" -max_total_time="$seconds" \
    -runs="${FUZZ_RUNS:--1}" -timeout=20 -rss_limit_mb=3072 -malloc_limit_mb=1024 -max_len="$longest" \
    -print_final_stats=1 -artifact_prefix="$place/findings/$harness-" "$place/corpus/$harness" >"$log" 2>&1 || {
    status=1; echo "$harness: FOUND SOMETHING, see $log"; tail -n 25 "$log"
  }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  total=$((total + ${runs:-0}))
  echo "$harness: ${runs:-0} inputs"
done
rm -rf /dev/shm/mezzotint-fuzz-*
echo "$total inputs in all"
exit $status

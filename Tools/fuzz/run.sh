#!/bin/bash
# Feeds every parser with inputs that nobody meant: Tools/fuzz/run.sh SECONDS [HARNESS ...], from the project's root.
# What makes one fail lies in .build/fuzz/findings afterwards; the corpus, which grows from run to run, beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}; shift || true
place=$PWD/.build/fuzz; sources=$place/Sources
mkdir -p "$sources" "$place/findings"
for room in Sources/*; do ln -sfn "$PWD/$room" "$sources/$(basename "$room")"; done
ln -sfn "$PWD/Tools/fuzz/Sources" "$sources/Fuzz"
cp Tools/fuzz/Package.swift "$place"
swift build --package-path "$place" --configuration release --sanitize address --product Fuzz --quiet
program=$(swift build --package-path "$place" --configuration release --sanitize address --show-bin-path)/Fuzz

# Seeds: files of each kind that the repository has anyway.
seed() { mkdir -p "$place/corpus/$1"; shift_to=$1; shift; for file in "$@"; do
  if [ -f "$file" ] && [ "$(stat -c %s "$file" 2>/dev/null || stat -f %z "$file")" -lt 65536 ]; then
    cp -n "$file" "$place/corpus/$shift_to/$(echo "$file" | tr / -)" || true; fi; done; }
all=(); for folder in Tools/fuzz/seeds/*; do all+=("$(basename "$folder")"); seed "$(basename "$folder")" "$folder"/*; done
seed safetensors $(find Tests/Goldens -name '*.safetensors' | head -40)
seed pytorch $(find Tests/Goldens -name '*.pt' -o -name '*.pth' | head -40)
seed diffusers $(find Tests/Goldens models -name '*config.json' | head -60)
seed theme themes/*.toml; seed toml themes/*.toml
seed png $(find Tests/Goldens docs -name '*.png' | head -10); seed actions $(find Tests/Goldens -name '*.jsonl' | head -20)

status=0; total=0
for harness in "${@:-${all[@]}}"; do
  log=$place/$harness.log
  # Swift's own crash reporter would stand between a crash and libFuzzer.
  if ! SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 FUZZ=$harness "$program" -max_total_time="$seconds" \
    -timeout=20 -rss_limit_mb=3072 -max_len=16384 -print_final_stats=1 \
    -artifact_prefix="$place/findings/$harness-" "$place/corpus/$harness" >"$log" 2>&1; then
    status=1; echo "$harness: FOUND SOMETHING, see $log"; tail -n 25 "$log"
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log"); total=$((total + ${runs:-0}))
  echo "$harness: ${runs:-0} inputs"
done
rm -rf /dev/shm/mezzotint-fuzz-*
echo "$total inputs in all"
exit $status

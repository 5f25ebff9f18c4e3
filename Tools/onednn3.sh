#!/usr/bin/env bash
# Builds the engine against oneDNN 3.x from PyPI and runs its tests with it: Debian 12 brings 2.6, whose C API is
# another one. Nothing is installed: all of it lands in a scratch folder that later runs use again.
#
#   Tools/onednn3.sh [FOLDER]      the folder is .build/onednn3 unless given
#   FILTER=DenoisingTests Tools/onednn3.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=${1:-.build/onednn3}
mkdir -p "$scratch"
scratch=$(cd "$scratch" && pwd)
version=2023.2.0  # oneDNN 3.2, built for GNU OpenMP
venv=$scratch/venv

if [ ! -e "$venv/include/oneapi/dnnl/dnnl.h" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "onednn-cpu-gomp==$version" "onednn-devel-cpu-gomp==$version"
fi

# The linker looks in the system's folders before any given here and may add an older libdnnl that it finds there:
# the new one is named in full, and loaded first.
options=(
  --configuration release --scratch-path "$scratch/build"
  -Xcc -I"$venv/include" -Xlinker "$venv/lib/libdnnl.so" -Xlinker -L"$venv/lib"
  -Xlinker -rpath -Xlinker "$venv/lib")
swift build --build-tests "${options[@]}"
LD_PRELOAD="$venv/lib/libdnnl.so" swift test --skip-build --filter "${FILTER:-DenoisingTests|TensorsTests}" \
  "${options[@]}"

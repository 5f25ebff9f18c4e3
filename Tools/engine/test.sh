#!/bin/sh
# Holds mezzotint-engine against the tests' golden files, pictures through it, over ssh too, against those that mezzotint
# draws by itself, and both sides against faults between them:
#
#   Tools/engine/test.sh [PYTHON [MEZZOTINT]]      from the project's root
#
# PYTHON has what Tools/engine/requirements.txt says; left out: one of its own in .build/engine. MEZZOTINT: left out, what was
# built for release. An sshd of its own answers on the loopback, with keys that are gone afterwards.
set -eu

# Debian's package of what is missing, where this may install it.
need() { # command, package
  PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1 && return
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "there is no $1 here, which this test needs: install it (Debian's package is $2) and try again" >&2
    exit 1
  fi
  root=""
  [ "$(id -u)" -eq 0 ] || root="sudo"
  echo "installing $2, for $1"
  $root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

if [ $# -gt 0 ]; then
  python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
else
  need python3 python3
  python3 -c 'import ensurepip' 2>/dev/null || need no-ensurepip python3-venv
  python3 -m venv .build/engine
  python=$PWD/.build/engine/bin/python
  echo "installing PyTorch and diffusers into .build/engine (the first time takes some minutes)"
  "$python" -m pip install --quiet --requirement Tools/engine/requirements.txt
fi
program=${2:-$PWD/.build/release/mezzotint}
need sshd openssh-server
need ssh openssh-client

place=$(mktemp -d)
server=""
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM
command="env PYTHONPATH='$PWD/Tools/engine' '$python' -m mezzotint_engine --models '$PWD/models'"

export PYTHONPATH=$PWD/Tools/engine PYTHONDONTWRITEBYTECODE=1
"$python" Tools/engine/check_cases.py Tests/Goldens
"$python" Tools/engine/check_runs.py Tests/Goldens
"$python" Tools/engine/check_files.py Tests/Goldens "$program"
"$python" Tools/engine/check_probes.py "$program" Tests/Goldens/labelled/model.safetensors avatars-unet emoji
check() { "$python" Tools/engine/check_pictures.py "$program" "$@"; }
check "$command" avatars --count 2 --steps 5 --b 1.3 --label 1
check "$command" avatars --count 2 --steps 5 --s 0.8 --sigma-gain 1.2 --mask-strength 0.8
check "$command" avatars-unet --steps 3 --b 1.3,1.2 --s 0.9,0.8 --freeu-rule channels
check "$command" avatars-unet --steps 3 --added-mask 0.5
check "$command" emoji --steps 3 --prompt 'a (red:1.3) [car]' --guidance 3
check "$command --device cpu,cpu" avatars --count 3 --steps 2

ssh-keygen -q -t ed25519 -N '' -f "$place/host"
ssh-keygen -q -t ed25519 -N '' -f "$place/key"
cp "$place/key.pub" "$place/authorized"
# Where root starts an sshd it wants this folder, of which it makes no use here.
mkdir -p /run/sshd 2>/dev/null || true
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$(PATH="$PATH:/usr/sbin" command -v sshd)" -D -e -f /dev/null -h "$place/host" -p "$port" -o ListenAddress=127.0.0.1 -o StrictModes=no -o UsePAM=no \
  -o PidFile=none -o "AuthorizedKeysFile=$place/authorized" 2>"$place/log" &
server=$!
ssh="ssh -p $port -i '$place/key' -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR 127.0.0.1"
tries=0
until eval "$ssh" true 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 50 ]; then cat "$place/log" >&2; exit 1; fi
  sleep 0.1
done
check "$ssh \"$command\"" avatars --count 2 --steps 3
check "$ssh '$program' engine" avatars --count 2 --steps 3

"$python" Tools/engine/check_faults.py "$program" Tests/Goldens/labelled/model.safetensors "${FAULTS:-1000}"
echo "the engine of PyTorch does what it should"

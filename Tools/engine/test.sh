#!/bin/sh
# Holds mezzotint-engine against the tests' golden files, and pictures through it, over ssh too, against those that
# mezzotint draws by itself: Tools/engine/test.sh PYTHON, from the project's root, once mezzotint was built. PYTHON has
# what Tools/torch/requirements.txt says. An sshd of its own answers on the loopback, with keys that are gone afterwards.
set -eu
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
program=$PWD/.build/release/mezzotint
place=$(mktemp -d)
server=""
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$place"' EXIT
command="env PYTHONPATH='$PWD/Tools/engine' '$python' -m mezzotint_engine --models '$PWD/models'"

export PYTHONPATH=$PWD/Tools/engine
"$python" Tools/engine/check_cases.py Tests/Goldens
"$python" Tools/engine/check_runs.py Tests/Goldens
check() { "$python" Tools/engine/check_pictures.py "$program" "$@"; }
check "$command" avatars --count 2 --steps 5 --b 1.3 --label 1
check "$command" avatars --count 2 --steps 5 --s 0.8 --sigma-gain 1.2 --mask-strength 0.8
check "$command" avatars-unet --steps 3 --b 1.3,1.2 --s 0.9,0.8 --freeu-rule channels
check "$command" avatars-unet --steps 3 --added-mask 0.5
check "$command" emoji --steps 3 --prompt 'a (red:1.3) [car]' --guidance 3
check "$command --device cpu,cpu" avatars --count 3 --steps 2

sshd=$(command -v sshd || ls /usr/sbin/sshd 2>/dev/null || true)
if [ -z "$sshd" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
  echo "installing openssh-server, of which a server for this test alone is started"
  apt-get install -y --no-install-recommends openssh-server >/dev/null
  sshd=$(command -v sshd || ls /usr/sbin/sshd)
fi
if [ -z "$sshd" ]; then
  echo "there is no sshd here: pictures over ssh were not drawn" >&2
  exit 1
fi
ssh-keygen -q -t ed25519 -N '' -f "$place/host"
ssh-keygen -q -t ed25519 -N '' -f "$place/key"
cp "$place/key.pub" "$place/authorized"
mkdir -p /run/sshd 2>/dev/null || true
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$sshd" -D -e -f /dev/null -h "$place/host" -p "$port" -o ListenAddress=127.0.0.1 -o StrictModes=no -o UsePAM=no \
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

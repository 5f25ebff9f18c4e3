#!/bin/bash
# Every writer at places that take nothing: Tools/places.sh [PROGRAM], from the project's root. A folder that may not be
# written to, by a user who is not root, and a disk that is full, for which root is needed to make one. What fails says
# so in one line with the place in it, does not end with 0, and leaves no file behind.
exec python3 - "${1:-.build/release/mezzotint}" <<'PYTHON'
import json, os, pty, select, shutil, struct, subprocess, sys, tempfile, time

program = os.path.realpath(sys.argv[1])
base = tempfile.mkdtemp(prefix="mezzotint-places-")
os.chmod(base, 0o755)
isRoot = os.geteuid() == 0
nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if isRoot else []
home = os.path.join(base, "home")
os.mkdir(home)
os.mkdir(os.path.join(base, "open"))
os.chmod(os.path.join(base, "open"), 0o777)
environment = {**os.environ, "HOME": home, "SWIFT_BACKTRACE": "enable=no", "TERM": "xterm-256color"}
environment.pop("XDG_CONFIG_HOME", None)
canBeNobody = subprocess.run(nobody + [program, "--version"], capture_output=True).returncode == 0
if not canBeNobody: nobody = []

def path(name, content):
    place = os.path.join(base, name)
    with open(place, "wb") as file: file.write(content)
    os.chmod(place, 0o644)
    return place

pixels = bytes(i * 7 % 256 for i in range(64 * 8 * 8 * 3))
header = json.dumps({"images": {"dtype": "U8", "shape": [64, 8, 8, 3], "data_offsets": [0, len(pixels)]}}).encode()
data = path("data.safetensors", struct.pack("<Q", len(header)) + header + pixels)
record = {"step": 1, "images": 64, "epoch": 1, "loss": 0.5, "learning_rate": 1, "gradient_norm": 1, "seconds": 1, "time": 1}
log = path("x.log.jsonl", "".join(json.dumps({**record, "images": 64 * i}) + "\n" for i in range(9)).encode())
recipe = {"format": 1, "model": "digits", "precision": "fp32", "panels": [{"name": "a", "knobs": {}}], "sampler": {"steps": 2}}
actions = path("a.jsonl", (json.dumps({"columns": 80, "rows": 24, "format": 1, "model": "digits", "recipe": recipe,
    "theme": 0, "themes": ["dark"]}) + "\n").encode())
train = ["train", "--data", data, "--images-seen", "64", "--size", "8", "--width", "16", "--depth", "2", "--batch", "4"]
commands = {
    "sample": ["sample", "digits", "--steps", "2", "-o", "{}/a.png"],
    "trajectory": ["sample", "digits", "--steps", "2", "-o", "/dev/null", "--save-trajectory", "{}/t.safetensors"],
    "compare": ["compare", "digits", "--steps", "2", "-o", "{}/a.png"],
    "sweep": ["sweep", "digits", "--steps", "2", "--x", "b=1,1.2", "-o", "{}/a.png"],
    "screenshot": ["explore", "digits", "--steps", "2", "--screenshot", "{}/a.svg"],
    "record-actions": ["explore", "digits", "--steps", "2", "--screenshot", "/dev/null", "--record-actions", "{}/a.jsonl"],
    "train": train + ["-o", "{}/m.safetensors"],
    "train --csv": train + ["-o", "{}/m.safetensors", "--csv"],
    "tensorboard": train + ["-o", f"{base}/open/m.safetensors", "--tensorboard", "{}/tb"],
    "curves.svg": ["curves", log, "-o", "{}/a.svg"],
    "curves.png": ["curves", log, "-o", "{}/a.png"],
    "replay": ["replay", actions, "-o", "{}/frames"],
}
failures = 0

def judge(place, name, isFine, status, text):
    global failures
    failures += not isFine
    print(f"{'ok  ' if isFine else 'BAD '} {place}, {name}: {status} {text.strip()!r}", flush=True)

def files(place): return sorted(name for _, _, names in os.walk(place) for name in names)

def look(place, kind, reason):
    before = files(place)
    for name, words in commands.items():
        words = [word.replace("{}", place) for word in words]
        for file in files(f"{base}/open"): os.remove(f"{base}/open/{file}")
        run = subprocess.run(nobody + [program] + words, capture_output=True, text=True, env=environment, cwd=base)
        lines = [line for line in run.stderr.splitlines() if place in line]
        left = [name for name in files(place) if name not in before]
        # What only tells of a run ends with a line about it, and the run goes on.
        isRecord = name in ("record-actions", "tensorboard") and run.returncode == 0
        isFine = (run.returncode in (1, 2) or isRecord) and len(lines) == 1 and not left
        if name != "replay" and not isRecord: isFine = isFine and reason in lines[0]
        judge(kind, name, isFine, run.returncode, run.stderr + (f" LEFT {left}" if left else ""))
        for file in set(os.listdir(place)) - {"filler"}:
            shutil.rmtree(os.path.join(place, file), ignore_errors=True)
            if os.path.exists(os.path.join(place, file)): os.remove(os.path.join(place, file))

def explore(place, kind, *options):
    before = files(place)
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(place)
        words = nobody + [program, "explore", "digits", "--steps", "2", *options]
        os.execvpe(words[0], words, {**environment, "COLORTERM": "truecolor", "XDG_CONFIG_HOME": place})
    def pause(seconds):
        end = time.time() + seconds
        while (left := end - time.time()) > 0:
            if select.select([master], [], [], left)[0]:
                try: os.read(master, 1 << 16)
                except OSError: return
    pause(2.5)
    for keys in ["w", "W", "V", "Emine\r", "nnn", "w"]:
        os.write(master, keys.encode()); pause(0.7)
    done, began = 0, time.time()
    while not done and time.time() - began < 20:
        try: os.write(master, b"\x1b")
        except OSError: pass
        pause(0.5)
        try: os.write(master, b"q")
        except OSError: pass
        pause(0.5)
        done, status = os.waitpid(pid, os.WNOHANG)
    if not done: os.kill(pid, 9); os.waitpid(pid, 0)
    found = [name for name in files(place) if name not in before]
    judge(kind, f"explorer's w W V E {' '.join(options)}", bool(done) and status == 0 and not found, status if done else "did not leave", str(found))

if canBeNobody:
    readOnly = os.path.join(base, "read-only")
    os.mkdir(readOnly, 0o555)
    look(readOnly, "read-only folder", "Permission denied")
    explore(readOnly, "read-only folder")
else: print(f"no read-only folder: a user who is not root cannot run {program}")
full = os.path.join(base, "full")
os.mkdir(full)
if isRoot and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=1777", "tmpfs", full], capture_output=True).returncode == 0:
    try:
        with open(os.path.join(full, "filler"), "wb") as filler: filler.write(bytes(65536))
        look(full, "full disk", "disk is full")
        explore(full, "full disk")
        explore(full, "full disk", "--record", os.path.join(full, "r.cast"))
        # It ends in the middle of a file.
        os.truncate(os.path.join(full, "filler"), 65536 - 4096)
        commands = {name: commands[name] for name in ["trajectory", "sweep", "screenshot", "train"]}
        look(full, "disk with 4096 bytes left", "disk is full")
    finally: subprocess.run(["umount", full])
else: print("no full disk: only root can make one")
shutil.rmtree(base, ignore_errors=True)
print(f"{failures} of them are not as they should be")
sys.exit(1 if failures else 0)
PYTHON

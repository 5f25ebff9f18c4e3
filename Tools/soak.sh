#!/bin/bash
# Hours of the explorer with models, sweeps and resizes, and its memory every half minute: Tools/soak.sh MINUTES, from the
# project's root. Ends with 1 where the last quarter took a tenth and 32 MB more than the second one.
exec python3 - "${1:-60}" "${2:-.build/release/mezzotint}" <<'PYTHON'
import fcntl, os, pty, random, select, struct, sys, termios, time

minutes, program = float(sys.argv[1]), sys.argv[2]
pid, master = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
    os.execv(program, [program, "explore", "avatars"])

def pause(seconds):
    end = time.time() + seconds
    while (left := end - time.time()) > 0:
        if select.select([master], [], [], left)[0]:
            try: os.read(master, 1 << 16)
            except OSError: return  # It has left.

def resident():
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

def send(keys):
    os.write(master, keys.encode())
    pause(0.3)

# Seeds, sliders, steps, images, views, undo; a model of its own for a panel; a sweep; the mask, spectra, zoom; branches.
moves = ["n", "s", "s", "z", "g", "B", "A", "D", "\x1b[1;2C", "\x1b[1;2D", "+", "-", "i", "v", "u", "c", "d", "T", "t", "m", "m", " ", "1", "2", "3", "r", "\x1b[A", "\x1b[B"]
dice, start, samples, shown = random.Random(1), time.time(), [], 0.0
pause(3)
while time.time() - start < 60 * minutes:
    send("".join(dice.choice(moves) for _ in range(6)))
    if dice.random() < 0.1:
        send("X\r"); pause(2); send("\x1b"); pause(0.3); send("\x1b")
    if dice.random() < 0.1:
        send("o"); send(dice.choice(["digits", "heroes", "avatars", "plain"])); send("\r"); pause(1); send("\x1b"); pause(0.3)
    if dice.random() < 0.2:
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", dice.randint(10, 60), dice.randint(30, 200), 0, 0))
    if os.waitpid(pid, os.WNOHANG)[0]:
        sys.exit("it ended by itself")
    if time.time() - shown > 30:
        shown = time.time(); samples.append(resident())
        print(f"{(shown - start) / 60:6.1f} min  {samples[-1]:7.1f} MB", flush=True)
os.write(master, b"\x1b"); pause(1); os.write(master, b"\x1b"); pause(1); os.write(master, b"\x03")
left = time.time() + 30
while not (ended := os.waitpid(pid, os.WNOHANG)[0]) and time.time() < left: pause(0.2)
if not ended: os.kill(pid, 9)
quarter = max(1, len(samples) // 4)
early, late = (sum(part) / len(part) for part in (samples[quarter:2 * quarter] or samples, samples[-quarter:]))
print(f"second quarter {early:.0f} MB, last {late:.0f} MB, highest {max(samples):.0f} MB")
if not ended: print("it did not leave within half a minute")
sys.exit(0 if ended and late < 1.1 * early + 32 else 1)
PYTHON

"""The loop that the trainings of diffusers' networks share: steps, moving average, keeping and going on, a line of
progress. Optimiser, learning rate and moving average are those of `mezzotint train`."""
import copy
import os
import signal

import torch
from optimizer import MovingAverage, learning_rate, make_optimizer, train_step
from output import Progress, replace_file


def add_arguments(parser, **defaults):
    """The flags that every training has; `defaults` gives their values."""
    for name in ("batch", "images_seen", "look_every", "learning_rate", "ema"):
        flag = "--" + name.replace("_", "-")
        parser.add_argument(flag, type=type(defaults[name]), default=defaults[name])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", default="no", choices=["no", "bf16"], help="of the arithmetic; no: float32")
    parser.add_argument("--resume", action="store_true", help="go on where the last run with this output stopped")


class Training:
    """A network with all that its training needs to stop and go on, bit for bit, as many steps later as it was kept."""

    def __init__(self, core, state_file, a, accelerator):
        """`a`: batch, images_seen, look_every, learning_rate, ema, seed and resume, as add_arguments has them."""
        self.core, self.state_file, self.a, self.accelerator = core, state_file, a, accelerator
        # A copy made later could call this network's own forward, which Accelerate wraps for bfloat16.
        self.template = copy.deepcopy(core).eval()
        self.optimizer, self.average, self.step = make_optimizer(core, a.learning_rate), MovingAverage(core, a.ema), 0
        if a.resume and os.path.exists(state_file):
            state = torch.load(state_file, map_location=accelerator.device, weights_only=True)
            core.load_state_dict(state["weights"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.average.values, self.step = state["average"], state["step"]

    @property
    def seen(self):
        return self.step * self.a.batch

    def averaged(self):
        """A copy of the network with the moving average of its weights."""
        other = copy.deepcopy(self.template)
        other.load_state_dict(self.average.state(), strict=False)
        return other

    def keep(self):
        state = {"weights": self.core.state_dict(), "optimizer": self.optimizer.state_dict(),
                 "average": self.average.values, "step": self.step}
        replace_file(self.state_file, lambda path: torch.save(state, path))

    def generator(self):
        """A stream for each step and process: what was drawn before does not matter."""
        rank, world = self.accelerator.process_index, self.accelerator.num_processes
        seed = (self.a.seed << 40) + self.step * world + rank
        return torch.Generator(self.accelerator.device).manual_seed(seed)

    def run(self, loss_of, save, look):
        """Until images_seen. loss_of(model, generator, share) -> the loss of a batch of `share` pictures; save() is
        called every few minutes and at the end, look() every look_every pictures and at the end. Told to stop
        (SIGINT, SIGTERM), it keeps what it has after the step and leaves."""
        a, model = self.a, self.accelerator.prepare(self.core)
        share, progress, lines = a.batch // self.accelerator.num_processes, Progress(a.images_seen, self.seen), 0
        stops = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stops.append(True))
        while self.seen < a.images_seen:
            before, self.step = self.seen, self.step + 1
            rate = learning_rate(a.learning_rate, self.step, before / a.images_seen)
            loss = loss_of(model, self.generator(), share)
            norm = train_step(loss, self.core, self.optimizer, self.average, self.step, rate)
            if not torch.isfinite(norm):
                raise SystemExit(f"step {self.step}: a gradient is not a finite number; {self.state_file} is as it was")
            is_last, is_stopped = self.seen >= a.images_seen, bool(stops)
            if self.accelerator.is_main_process:
                lines += progress(self.seen, loss.item())
                if lines >= 10 or is_last or is_stopped:
                    self.keep()
                    save()
                    lines = 0
                if before // a.look_every < self.seen // a.look_every or is_last:
                    look()
            if is_stopped:
                raise SystemExit(f"stopped after {self.seen:,} images; --resume goes on")

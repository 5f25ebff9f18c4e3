"""How far an evaluation is, and leaving it between two layers."""
import threading


class Interrupted(Exception):
    """Nobody wants it any more."""


class Watch:
    """Asked by the thread that reads, heeded by the one that computes."""

    def __init__(self):
        self.asked = threading.Event()
        self.fraction = 0.0

    def begin(self):
        self.asked.clear()
        self.fraction = 0.0

    def attach(self, modules):
        """Heeds it before each of these, in the order in which they run."""
        for place, module in enumerate(modules):
            module.register_forward_pre_hook(self.hook(place / max(1, len(modules))))

    def hook(self, fraction):
        def check(module, inputs):
            self.fraction = fraction
            if self.asked.is_set():
                raise Interrupted()

        return check


class Found(Exception):
    """A look inside has seen what it wanted; the rest of the network needs not be run."""

"""Reads requests, meets them one after the other, and gives a sign of life while it is at work."""
import queue
import threading
import time

import torch

from . import __version__
from .messages import FIRST_LINE, Broken, Refused, decode, encode
from .rows import Row, rows
from .watch import Interrupted, Watch

PULSE = 2.0


class Server:
    def __init__(self, models, source, target, device, precisions):
        """- source, target: unbuffered binary streams; device: for people."""
        self.models, self.source, self.target = models, source, target
        self.device, self.precisions = device, precisions
        self.watch, self.requests = Watch(), queue.Queue()
        self.open, self.pending, self.left, self.current = {}, set(), set(), None
        self.lock, self.writing, self.over = threading.Lock(), threading.Lock(), threading.Event()

    def send(self, data):
        with self.writing:
            try:
                view = memoryview(data)
                while view:
                    view = view[self.target.write(view) :]
            except OSError:
                # Nobody is there any more.
                self.over.set()
                self.watch.asked.set()

    def serve(self):
        self.send(FIRST_LINE + encode("hello", 0, program=f"mezzotint-engine {__version__}, PyTorch {torch.__version__}", device=self.device, precisions=self.precisions, capabilities=["half"]))
        threads = [threading.Thread(target=work, daemon=True) for work in (self.work, self.beat)]
        for thread in threads:
            thread.start()
        try:
            while (message := decode(self.source)) is not None:
                header, tensors = message
                kind, number = header.get("kind"), header.get("id", 0)
                if kind == "bye" or not isinstance(number, int):
                    break
                if kind == "cancel":
                    self.cancel(number)
                    continue
                with self.lock:
                    self.pending.add(number)
                self.requests.put((number, kind, header, tensors))
        finally:
            with self.lock:
                self.left |= self.pending
                self.over.set()
                self.watch.asked.set()
            self.requests.put(None)
            threads[0].join(timeout=60)

    def cancel(self, number):
        with self.lock:
            if number in self.pending:
                self.left.add(number)
                if number == self.current:
                    self.watch.asked.set()

    def beat(self):
        while not self.over.wait(PULSE):
            with self.lock:
                number, busy = self.current, bool(self.pending)
            if busy:
                self.send(encode("progress", number, fraction=self.watch.fraction) if number is not None else encode("alive", 0))

    def work(self):
        while (request := self.requests.get()) is not None:
            number, kind, header, tensors = request
            with self.lock:
                is_left, self.current = number in self.left, number
                self.watch.begin()
                if is_left:
                    self.watch.asked.set()
            answer = encode("stopped", number) if is_left else self.answer(number, kind, header, tensors)
            with self.lock:
                self.current = None
                self.pending.discard(number)
                self.left.discard(number)
            self.send(answer)

    def answer(self, number, kind, header, tensors):
        try:
            meet = {"open": self.meet_open, "size": self.meet_size, "evaluate": self.meet_evaluate, "probe": self.meet_probe, "pictures": self.meet_pictures, "windows": self.meet_windows, "close": self.meet_close}.get(kind)
            if meet is None:
                raise Refused(f"{str(kind)[:40]!r} is no request")
            answer, body, out = meet(header, tensors)
            return encode(answer, number, out, half=answer == "pictured" and header.get("half") is True, **body)
        except Interrupted:
            return encode("stopped", number)
        except Refused as error:
            text = str(error)
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
            text = "the GPU is out of memory; ask for fewer panels, a smaller size, or bf16"
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
        return encode("failed", number, text=" ".join(text.split())[:400] or "it failed")

    # Each: -> the answer's kind, what its header says, its tensors.

    def model(self, header):
        try:
            return self.open[header["model"]["fingerprint"], header["model"]["precision"]]
        except (KeyError, TypeError):
            raise Refused("a model that is not open; open it first") from None

    def meet_open(self, header, tensors):
        name, precision, hints = header.get("model"), header.get("precision"), header.get("hints") or {}
        precision = self.precisions[0] if precision == "auto" else precision
        if precision not in self.precisions:
            raise Refused(f"this engine computes in {' and '.join(self.precisions)}, not in {str(precision)[:20]}")
        if not isinstance(name, str) or not isinstance(hints, dict):
            raise Refused("a model without a name")
        model, description, notes, out = self.models.open(name, precision, hints, self.watch)
        self.open[description["fingerprint"], precision] = (model, description)
        return "opened", {"precision": precision, "description": description, "notes": notes}, out

    def meet_size(self, header, tensors):
        model, _ = self.model(header)
        size = header.get("size")
        if not isinstance(size, list) or len(size) != 2 or not all(isinstance(side, int) and 1 <= side <= 8192 for side in size):
            raise Refused("a size that is none")
        return "sized", model.size(*size), {}

    def samples(self, tensors, name, count, description):
        tensor, shape = tensors.get(name), description["sample"]
        if tensor is None or tensor.dim() != 4 or (count is not None and len(tensor) != count) or tensor.shape[1] != shape[0]:
            raise Refused(f"samples that are not {count} of {shape}")
        if not description["takesSizes"] and list(tensor.shape[1:]) != shape:
            raise Refused(f"samples of {list(tensor.shape)}, expected {shape}")
        return tensor

    def meet_evaluate(self, header, tensors):
        model, description = self.model(header)
        wanted = rows(header.get("rows"))
        samples = self.samples(tensors, "samples", len(wanted), description)
        start = time.perf_counter()
        output = model.evaluate(samples, wanted)
        return "evaluated", {"milliseconds": 1000 * (time.perf_counter() - start)}, {"output": output}

    def meet_probe(self, header, tensors):
        model, description = self.model(header)
        sample, row = self.samples(tensors, "sample", 1, description), Row(header.get("row"))
        question = header.get("question")
        kinds = ("attention", "features", "whole")
        if not isinstance(question, dict) or sum(question.get(kind) is not None for kind in kinds) != 1 or question.get("whole") not in (None, "statistics", "words"):
            raise Refused("a probe that does not ask for one thing")
        found = model.probe(sample, row, question)
        if question.get("whole") is not None:
            if found is None:
                return "probed", {}, {}
            if question["whole"] == "statistics":
                return "probed", {"statistics": found}, {}
            return "probed", {"words": found[1]}, {"words": found[0]}
        if question.get("attention") is not None:
            if not found:
                return "probed", {}, {}
            tokens, before, after = found
            return "probed", {"tokens": tokens}, {"before": before, "after": after}
        out = {}
        for place, (_, before, after) in enumerate(found):
            for what, one, other in zip(("backbone", "skip"), before, after):
                out[f"{what}.{place}"] = one
                if not torch.equal(one, other):
                    out[f"{what}.{place}.after"] = other
        return "probed", {"features": [place for place, _, _ in found]}, out

    def meet_pictures(self, header, tensors):
        model, description = self.model(header)
        if header.get("way") not in description["previews"]:
            raise Refused("this model is not seen that way")
        return "pictured", {}, {"pictures": model.pictures(self.samples(tensors, "samples", None, description), header["way"])}

    def meet_windows(self, header, tensors):
        model, _ = self.model(header)
        return "counted", {"windows": model.windows(header.get("prompt"))}, {}

    def meet_close(self, header, tensors):
        key = header.get("model") or {}
        self.open.pop((key.get("fingerprint"), key.get("precision")), None)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return "closed", {}, {}

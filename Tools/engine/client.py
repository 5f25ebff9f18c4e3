"""A front end for the checks: one request at a time."""
import subprocess
import sys

from mezzotint_engine.messages import FIRST_LINE, decode, encode


class Client:
    def __init__(self, *arguments, command=None):
        """- command: of another engine than this one."""
        command = command or [sys.executable, "-m", "mezzotint_engine", "--threads", "2", *arguments]
        self.engine = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.engine.stdout.readline() == FIRST_LINE
        self.hello, self.number = decode(self.engine.stdout)[0], 0

    def __call__(self, kind, tensors=None, **body):
        self.number += 1
        self.engine.stdin.write(encode(kind, self.number, tensors, **body))
        self.engine.stdin.flush()
        while True:
            header, out = decode(self.engine.stdout)
            if header["kind"] in ("progress", "alive"):
                continue
            assert header["id"] == self.number, header
            if header["kind"] == "failed":
                raise SystemExit(header["text"])
            return header, out

    def open(self, path, **hints):
        header, out = self("open", model=path, precision="fp32", hints=hints)
        print(f"{path}: {header['description']['family']}, {header['description']['fingerprint']}")
        return {"fingerprint": header["description"]["fingerprint"], "precision": "fp32"}, header["description"], out

    def evaluate(self, model, samples, rows):
        return self("evaluate", {"samples": samples}, model=model, rows=rows)[1]["output"]

    def end(self):
        self.engine.stdin.write(encode("bye", 0))
        self.engine.stdin.close()
        assert self.engine.wait(timeout=60) == 0

"""Starting one of the local platform's programs for a test, as the launcher would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """A running program: its port, and what it has printed."""

    def __init__(self, module, arguments):
        path = os.pathsep.join([str(ROOT), str(ROOT / "layers/common/python")])
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": path,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self._output = self.process.stdout
        self.lines: list[str] = []
        first = self._output.readline()
        if not first.startswith("{"):
            raise AssertionError(first + self._output.read())
        self.told = json.loads(first)
        self.port = self.told["port"]
        self.url = f"http://127.0.0.1:{self.port}"
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._output:
            self.lines.append(line)

    def stop(self):
        self.process.terminate()
        code = self.process.wait(20)
        self._reader.join(5)
        self._output.close()
        return code


@contextmanager
def running(module, *arguments):
    program = Program(module, [str(argument) for argument in arguments])
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.stop()

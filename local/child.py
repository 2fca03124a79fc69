"""Runs one process of the platform, and ends it when the launcher is gone, however the launcher ended.

``python -m local.child MODULE [ARGUMENT ...]``. The launcher holds the other end of this process's standard input; when
that closes, the whole process group gets SIGTERM, so that even a killed launcher leaves nothing behind.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading

from local.environment import PRODUCT


def end_with_launcher() -> None:
    """Waits for the launcher's end of standard input to close, then ends this process group."""
    while os.read(0, 4_096):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)


def main() -> None:
    """Runs the module as if it had been started by ``python -m``."""
    threading.Thread(target=end_with_launcher, daemon=True).start()
    sys.path.insert(0, str(PRODUCT))
    module, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

"""The demo's films: *The Last Train*, a micro-drama in six episodes, drawn and scored by this package.

    python -m local.demo --out DIR

The story is told in ``docs/the-last-train.md``. Nothing but Pillow, NumPy and the ffmpeg of the ``imageio-ffmpeg``
wheel; no font, picture or sound of anyone else's. The same code draws the same films. A film that is there and was
drawn by this code is not drawn again.
"""

from __future__ import annotations

from local.demo.films import EPISODES, Files, draw, files

__all__ = ["EPISODES", "Files", "draw", "files"]

"""The demo's films: *The Last Train*, a micro-drama in two episodes, drawn by this package.

    python -m local.demo --out DIR

Nothing but Pillow, NumPy and the ffmpeg of the ``imageio-ffmpeg`` wheel; no font, picture or sound of anyone else's.
The same code draws the same films. A film that is there and was drawn by this code is not drawn again.
"""

from __future__ import annotations

from local.demo.films import EPISODES, draw

__all__ = ["EPISODES", "draw"]

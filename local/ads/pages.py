"""The network's pages: an ad, and what comes after it. HTML without any script."""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import urlencode

from local.ads.network import Ad

PLAYS_S: Final = 3
_STYLE: Final = f"""
html {{ height: 100% }}
body {{ margin: 0; min-height: 100%; display: grid; place-content: center; text-align: center; padding: 1rem }}
main {{ display: grid; gap: 1rem }}
body {{ font: 1.1rem/1.5 system-ui, sans-serif; color: #fff; background: linear-gradient(160deg, #2c1a63, #a1275f) }}
h1 {{ font-size: 1.6rem; margin: 0 }} p {{ margin: 0 }} .soft {{ opacity: .85; font-size: .95rem }}
.bar {{ height: .4rem; width: min(20rem, 80vw); margin: 0 auto; border-radius: 1rem; background: #ffffff40 }}
.bar span {{ display: block; height: 100%; border-radius: 1rem; background: #fff; animation: play {PLAYS_S}s linear }}
@keyframes play {{ from {{ width: 0 }} to {{ width: 100% }} }}
@media (prefers-reduced-motion: reduce) {{ .bar span {{ animation: none }} }}
"""


def ad_page(ad: Ad) -> str:
    """An ad that plays for some seconds, and then goes on by itself; who closes it has not seen it."""
    seen = "/seen?" + urlencode({"ad_unit": ad.unit, "custom_data": ad.custom_data})
    refresh = f'<meta http-equiv="refresh" content="{PLAYS_S};url={escape(seen)}">'
    words = (
        "<h1>Night Express Cocoa</h1><p>For journeys without an end.</p>"
        '<div class="bar" aria-hidden="true"><span></span></div>'
        f'<p class="soft">This ad plays for {PLAYS_S} seconds. Close it, and it does not count.</p>'
    )
    return _page("An ad", words, refresh)


def seen_page(status: int | None) -> str:
    """What the network was answered."""
    answer = "gave no answer" if status is None else f"answered {status}"
    told = "<h1>Thank you for watching</h1>" if status == 200 else "<h1>It was not taken</h1>"
    return _page("Seen", f'{told}<p class="soft">Cliffhanger was told, and {answer}. You can close this window.</p>')


def _page(title: str, words: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>{_STYLE}</style>'
        f"</head><body><main>{words}</main></body></html>"
    )

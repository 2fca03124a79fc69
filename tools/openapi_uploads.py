"""Examples of uploads in ``docs/openapi.json``."""

from __future__ import annotations

from typing import Any

_PLACE = "uploads/the-last-train/3/7k2m9x4q0v5t8w1z"

BODY: dict[str, Any] = {
    "contentType": "video/mp4",
    "sizeBytes": 8_000_000,
    "subtitles": [{"language": "es", "contentType": "text/vtt", "sizeBytes": 2_400}],
    "dubs": [],
}
FORMS: dict[str, Any] = {
    "uploadId": "7k2m9x4q0v5t8w1z",
    "url": "https://uploads.example/",
    "fields": {"key": f"{_PLACE}/source", "Content-Type": "video/mp4"},
    "expiresAt": "2026-11-21T18:19:05.000Z",
    "parts": [
        {
            "kind": "subtitles",
            "language": "es",
            "url": "https://uploads.example/",
            "fields": {"key": f"{_PLACE}/subtitles-es.vtt", "Content-Type": "text/vtt"},
        }
    ],
}
UPLOAD: dict[str, Any] = {
    "uploadId": "7k2m9x4q0v5t8w1z",
    "version": "7k2m9x4q0v5t8w1z",
    "status": "transcoding",
    "percent": 40,
    "parts": [
        {"kind": "video", "language": "en", "arrived": True},
        {"kind": "subtitles", "language": "es", "arrived": True},
    ],
    "source": {"widthPx": 540, "heightPx": 960, "durationMs": 42_000, "frameRate": 30.0, "hasAudio": True},
    "price": {
        "microUsd": 38_150,
        "tableDate": "2024-09-01",
        "policy": "within-budget",
        "month": "2026-11",
        "lines": [
            {"output": "video", "widthPx": 360, "heightPx": 640, "seconds": 42, "microUsd": 5_250},
            {"output": "video", "widthPx": 540, "heightPx": 960, "seconds": 42, "microUsd": 10_500},
            {"output": "audio", "widthPx": 0, "heightPx": 0, "seconds": 42, "microUsd": 6_650},
            {"output": "captions", "widthPx": 0, "heightPx": 0, "seconds": 42, "microUsd": 5_250},
            {"output": "images", "widthPx": 540, "heightPx": 960, "seconds": 42, "microUsd": 10_500},
        ],
    },
    "renditionsPx": [360, 540],
    "problem": None,
    "createdAt": "2026-11-21T18:04:05.000Z",
}
BUDGET: dict[str, Any] = {"month": "2026-11", "budgetMicroUsd": 50_000_000, "reservedMicroUsd": 1_204_500}

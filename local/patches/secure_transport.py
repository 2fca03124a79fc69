"""Loopback HTTP counts as secure transport.

Every bucket here refuses plain HTTP by ``aws:SecureTransport``, as it must on AWS. The emulator speaks plain HTTP and
is bound to this machine's loopback, so nothing leaves the machine; without the patch each such policy denies each call,
the CDK's own staging bucket included.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator


def apply() -> None:
    """Answers the one condition key; all others stay the emulator's."""
    resolve = iam_evaluator._resolve_condition_key

    def resolve_over_loopback(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_over_loopback

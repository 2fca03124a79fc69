"""What is parked: the key of an entry, which consumer could not take it, and why. Pure.

The entry itself stands in the ledger; parking it holds up nobody, and it waits for as long as it has to.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Consumer = Literal["settlement", "publisher"]
"""The two consumers of the ledger's stream (LEDGER rule 15)."""
CONSUMERS: tuple[Consumer, ...] = get_args(Consumer)

Reason = Literal["unreadable", "not_plannable", "not_as_delivered", "no_event", "busy", "refused"]
"""Why an entry was not taken.

``unreadable``: its bytes are no entry, or it is gone. ``not_plannable``: no batch can be made with it.
``not_as_delivered``: another entry stands under its key. ``no_event``: nothing says what to tell of it. After a replay
also ``busy``: its accounts are written by too many at once; ``refused``: the bus did not take it.
"""

Poison = tuple[str, int, str, str]
"""What a consumer names: account, seq, reason, and words for the log."""


class Parked(NamedTuple):
    """One parked entry; ``entry`` is ``{account}/{seq}``, times are milliseconds since the Unix epoch.

    ``times`` counts how often it was tried in vain since it was parked first.
    """

    consumer: Consumer
    entry: str
    reason: str
    times: int
    first_at: int
    last_at: int


class ParkedPage(NamedTuple):
    """Some parked entries in the order of their keys, and the key after which the next page begins; None at the end."""

    parked: tuple[Parked, ...]
    after: str | None


class Replayed(NamedTuple):
    """What a replay did with an entry.

    ``done``: taken, and parked no more. ``kept``: parked as before, for ``reason``. ``absent``: it was not parked.
    """

    entry: str
    outcome: Literal["done", "kept", "absent"]
    reason: Reason | None = None


def key_of(account: str, seq: int) -> str:
    """The key of an entry, as it is parked."""
    return f"{account}/{seq}"


def parts_of(entry: str) -> tuple[str, int]:
    """Account and seq of a key made by :func:`key_of`.

    Raises:
        ValueError: it is none.
    """
    account, _, seq = entry.rpartition("/")
    return account, int(seq)

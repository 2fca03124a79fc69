"""Not now, or not at all: what is busy, away, stopped, or a fault of ours."""

from __future__ import annotations

from cliffhanger.errors.base import CliffhangerError


class Busy(CliffhangerError):
    """Bounded attempts are used up; nothing changed; try again."""

    code = "busy"


class Undecided(CliffhangerError):
    """Bounded attempts are used up and one of them may have succeeded; the same request again will tell."""

    code = "undecided"


class Unavailable(CliffhangerError):
    """Something we depend on does not answer; nothing changed; try again."""

    code = "unavailable"


class SwitchedOff(CliffhangerError):
    """Operators have stopped this for now; ``switch`` names what. Nothing changed."""

    code = "switched_off"


class InternalError(CliffhangerError):
    """A fault of ours."""


class SettingMissing(InternalError):
    """An environment variable that a function needs is not set."""

    code = "setting_missing"


class NameInvalid(InternalError):
    """An id, account address, unit or reference does not follow its grammar: a fault of the calling code."""

    code = "name_invalid"


class AmountInvalid(InternalError):
    """An amount is no positive whole number that an entry can hold: a fault of the calling code."""

    code = "amount_invalid"


class NotCanonical(InternalError):
    """A value cannot be written as canonical JSON: a fault of the calling code."""

    code = "not_canonical"


class EventUnknown(InternalError):
    """An event of a type or version that has no schema: a fault of the calling code."""

    code = "event_unknown"


class EventsRefused(InternalError):
    """The event bus did not take some of the events; telling all of them again is safe."""

    code = "events_refused"


class LedgerCorrupt(InternalError):
    """A stored entry contradicts its own hash, chain or arithmetic."""

    code = "ledger_corrupt"

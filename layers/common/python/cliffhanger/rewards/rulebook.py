"""Use cases of rule sets: obey the active one, upload another, activate it.

A version never changes, so whoever activates it activates what was uploaded and looked at: two people stand behind what
is paid, and nothing waits for an approval (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cliffhanger.clock import Clock
from cliffhanger.errors import (
    Busy,
    FourEyesRequired,
    KeyReused,
    NotFound,
    RuleSetChanged,
    Unavailable,
    ValidationFailed,
)
from cliffhanger.people.domain import COUNTRIES
from cliffhanger.rewards.bounds import check_bounded
from cliffhanger.rewards.rule_store import Activation, Kept, RuleSetsStore
from cliffhanger.rewards.rules import RuleSet
from cliffhanger.rewards.shipped import RESERVED, shipped

CACHED_MS = 10_000
"""How long an activation takes to be obeyed everywhere: a warm instance asks no more often than that."""
RETRY_MS = 1_000
"""After a read that failed, the next one is tried so much later."""
ATTEMPTS = 3
"""How often an activation is tried when others come first."""


class _Known(NamedTuple):
    rules: RuleSet
    until: int


class Rulebook:
    """The rule sets, as one warm instance knows them.

    Args:
        store: where they are kept.
        clock: the present.
        tell: told when the table could not be read and what was known last is obeyed instead.
    """

    def __init__(self, store: RuleSetsStore, clock: Clock, tell: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._known: _Known | None = None

    def active(self) -> RuleSet:
        """The rule set that is obeyed now. When the table does not answer, it is what was known last.

        Raises:
            Unavailable: the table does not answer and nothing is known: others may have been activated than ship.
        """
        known, now = self._known, self._clock()
        # A clock that was set back must not make an old set hold for longer than a new one would.
        if known is None or not known.until - CACHED_MS <= now < known.until:
            known = self._known = self._read(known, now)
        return known.rules

    def find(self, version: str) -> Kept:
        """A version, uploaded or shipped.

        Raises:
            NotFound: there is none of that name.
            Unavailable: the table does not answer.
        """
        if version.startswith(RESERVED):
            kept = Kept(shipped()) if version == shipped().version else None
        else:
            kept = self._store.find(version)
        if kept is None:
            raise NotFound("There is no such rule set.")
        return kept

    def page(self, limit: int, before: str | None = None) -> tuple[Kept, ...]:
        """At most ``limit`` uploaded versions, by name, the last first, that come before a name.

        Raises:
            Unavailable: the table does not answer.
        """
        return self._store.page(limit, before)

    def activation(self) -> Activation:
        """The activation in force; number 0 while what ships rules because nobody has activated anything.

        Raises:
            Unavailable: the table does not answer.
        """
        return _or_shipped(self._store.latest(consistent=True))

    def upload(self, version: str, rules: RuleSet, by: str) -> tuple[Kept, bool]:
        """Keeps a new version, and whether it is new: the same once more is answered with the first.

        Raises:
            ValidationFailed: it does not name itself so, its name is for what ships, or a country does not exist.
            RuleSetUnbounded: it could pay more in a day than may be.
            KeyReused: there is another rule set of that version.
            Unavailable: the table does not answer; it may have been written, and may be sent again.
        """
        if rules.version != version:
            raise ValidationFailed("The path and the document name different versions.", where="body")
        if version.startswith(RESERVED):
            raise ValidationFailed(f"Versions that begin with {RESERVED!r} ship with the product.", where="path")
        _check_countries(rules)
        check_bounded(rules)
        made = Kept(rules, by, self._clock())
        if self._store.keep(made):
            return made, True
        kept = self.find(version)
        if kept.rules != rules:
            raise KeyReused("There is another rule set of that version; a version never changes.")
        return kept, False

    def activate(self, version: str, replaces: str, by: str) -> Activation:
        """Lets a version rule instead of ``replaces``; what is active already is answered as it stands.

        Raises:
            NotFound: there is no such version.
            RuleSetUnbounded: it could pay more in a day than may be by now.
            RuleSetChanged: another is active than ``replaces``; names the ``active`` one.
            FourEyesRequired: the operator has uploaded it, and it is not the one that ruled just before.
            Busy, Unavailable: try again; nothing happens twice.
        """
        kept = self.find(version)
        check_bounded(kept.rules)
        for _ in range(ATTEMPTS):
            last = self.activation()
            if last.version == version:
                return last
            if last.version != replaces:
                raise RuleSetChanged(
                    "Another rule set has been activated since; look at it first.", active=last.version
                )
            if kept.by == by and version != last.before:
                raise FourEyesRequired("You have uploaded it; ask another operator.", rule="own_rule_set")
            made = Activation(last.number + 1, version, last.version, by, self._clock())
            if self._store.activate(made):
                self._known = _Known(kept.rules, made.at + CACHED_MS)
                return made
        raise Busy("Try again in a moment.")

    def _read(self, known: _Known | None, now: int) -> _Known:
        try:
            version = _or_shipped(self._store.latest(consistent=False)).version
            if version.startswith(RESERVED):  # whichever shipped when it was activated
                return _Known(shipped(), now + CACHED_MS)
            rules = known.rules if known and known.rules.version == version else self.find(version).rules
            return _Known(rules, now + CACHED_MS)
        except Unavailable:
            if known is None:
                raise
            self._tell()
            return _Known(known.rules, now + RETRY_MS)


def _or_shipped(latest: Activation | None) -> Activation:
    return latest or Activation(0, shipped().version, "", "", 0)


def _check_countries(rules: RuleSet) -> None:
    """Sees that each country exists: one that is misspelt would be let in, or left out, without a word."""
    for place, rule in enumerate(rules.rules):
        for country in (*rule.countries, *rule.not_in):
            if country not in COUNTRIES:
                raise ValidationFailed(f"There is no country {country} - at `$.rules[{place}]`", where="body")

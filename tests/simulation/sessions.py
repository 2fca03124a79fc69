"""Who verifies documents, in histories of verification: sessions, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cliffhanger.errors import ProviderUnavailable
from cliffhanger.payments.identities import Identity, Session, Status
from tests.support.payouts import CLEO

HERSELF = Identity("Mia Sandoval", "1990-02-02", "ES")
"""Whom no list names that ships."""
ALIKE = Identity("Esteban Quintanillo", "1967-03-01", "MX")
LISTED = Identity("Morozenko Viktor Arkadyevich", "1961-04-30", "RU")
UNREADABLE = Identity("李小龍", "1990-02-02", "HK")

Made = TypeVar("Made")


class Sessions:
    """Sessions, one for each key until keys are forgotten.

    ``fails`` names calls that fail before anything happens, ``loses`` those whose answer is lost after it has, each
    once for each time that it is named. ``proved`` says who was verified in a session, whatever became of that since;
    ``ours`` are those that we have had erased.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.of_check: dict[str, int] = {}
        self.proved: dict[str, Identity] = {}
        self.ours: set[str] = set()
        self.notices: list[str] = []
        self.down = False
        self.fails: list[str] = []
        self.loses: list[str] = []
        self.boundary: Callable[[str], None] = lambda _: None
        self._known: dict[tuple[str, int], str] = {}
        self._gone: set[str] = set()

    def open(self, person: str, check: int, _return_url: str, *, selfie: bool) -> Session:
        def make() -> Session:
            name = self._known.setdefault((person, check), f"vs_{len(self.sessions) + 1}")
            if name not in self.sessions:
                url = f"https://verify.example/{name}/{selfie}"
                self.sessions[name] = Session(name, person, check, "open", url)
                self.of_check[name] = check
            return self.sessions[name]

        return self._call("open", make)

    def show(self, session: str) -> Session:
        return self._call("show", lambda: self.sessions[session])

    def identity(self, session: str) -> Identity | None:
        return self._call("identity", lambda: None if session in self._gone else self.proved.get(session))

    def cancel(self, session: str) -> None:
        def act() -> None:
            if self.sessions[session].status in ("open", "processing"):
                self.become(session, "canceled")

        self._call("cancel", act)

    def erase(self, session: str) -> None:
        def act() -> None:
            self.ours.add(session)
            if self.sessions[session].status != "canceled":
                self.become(session, "gone")

        self._call("erase", act)

    def become(self, session: str, status: Status, code: str = "", who: Identity = HERSELF) -> None:
        """A session has come to something, of which it is told."""
        made = self.sessions[session]._replace(status=status, code=code)
        if status == "gone":  # with what was shown, whose it was is erased as well
            made = made._replace(person="", check=0)
            self._gone.add(session)
        if status == "verified":
            self.proved[session] = who
        self.sessions[session] = made
        self.notices.append(session)

    def standing(self, *statuses: Status) -> list[str]:
        """The person's sessions that stand so."""
        return [one.session for one in self.sessions.values() if one.status in statuses and one.person == CLEO]

    def end_day(self) -> None:
        """A day has passed: keys are forgotten."""
        self._known.clear()

    def _call(self, name: str, act: Callable[[], Made]) -> Made:
        self.boundary(f"before {name}")
        if self.down or name in self.fails:
            if name in self.fails:
                self.fails.remove(name)
            raise ProviderUnavailable("It does not answer.")
        made = act()
        self.boundary(f"after {name}")
        if name in self.loses:
            self.loses.remove(name)
            raise ProviderUnavailable("Its answer was lost.")
        return made

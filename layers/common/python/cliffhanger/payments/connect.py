"""What we ask of a payment provider to send creators their money. Pure; ``stripe_connect`` answers it.

A creator has an account at the provider's, which alone knows their name and bank. Money goes there by a transfer, and
from there to the bank by a payout; each has a key of its own that is derived from our ids, so that repeating a call
changes nothing more. A provider forgets keys after a day: what may have been made longer ago is looked for first.

Amounts are whole numbers in the currency's smallest unit, times milliseconds since the Unix epoch. Every call may raise

    ``ProviderUnavailable``  no answer, or none yet: the same call again will tell;
    ``BalanceShort``         there is not as much where it is to come from; nothing was done;
    ``DestinationRefused``   the provider does not send money there, or not in this way; nothing was done;
    ``ProviderRejected``     the provider does not understand us: a fault of ours; nothing was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

SentStatus = Literal["pending", "paid", "failed"]
"""Of a payout: ``pending`` until the bank has it; ``failed`` also where the bank has sent it back, or it was called
off."""
Link = Literal["onboarding", "update"]
"""A page of the provider's, on which a creator says who they are and names a bank, or names another one."""


class Sending(NamedTuple):
    """What is to be sent. ``payout`` and ``person`` are our ids, ``attempt`` counts what was refused before it."""

    payout: str
    person: str
    account: str
    amount: int
    currency: str
    attempt: int = 0


class Sent(NamedTuple):
    """A payout as it stands at the provider's: its id there, when it arrives, and the bank's code where it failed."""

    sent: str
    status: SentStatus
    arrives_at: int = 0
    code: str = ""


class Told(NamedTuple):
    """A payout of which the provider has told, as it stands now, and which of ours it is; empty where it is none."""

    sent: Sent
    payout: str
    person: str


class Recipient(NamedTuple):
    """A creator's account at the provider's: whose it is by our own ids, and whether it takes money."""

    account: str
    person: str
    ready: bool


class Connect(Protocol):
    """A payment provider that sends money to creators."""

    def open_account(self, person: str, country: str) -> str:
        """The provider's id of a creator's account, made at the first call; the same one when asked again."""

    def link(self, account: str, kind: Link, return_url: str) -> str:
        """The address of a page for the account's holder, good for some minutes and once."""

    def recipient(self, account: str) -> Recipient:
        """An account as it stands."""

    def stop_automatic_payouts(self, account: str) -> None:
        """Lets what reaches an account stay there until we send it on; nothing happens to one where it does already.

        A provider pays out all that an account has, by payouts that are none of ours, until it is told not to.
        """

    def balance(self) -> Mapping[str, int]:
        """What we have at the provider's and can send now, by currency."""

    def transfer(self, sending: Sending) -> str:
        """Sends of our balance to a creator's account: the transfer's id."""

    def find_transfer(self, payout: str) -> str:
        """The id of the transfer that was made for a payout of ours; empty where there is none."""

    def reverse(self, transfer: str, sending: Sending) -> None:
        """Takes all of a transfer back; nothing happens to one that is back already."""

    def pay_out(self, sending: Sending, *, instant: bool) -> Sent:
        """Sends from a creator's account to their bank."""

    def find_payout(self, account: str, payout: str) -> Sent | None:
        """The payout that was made from an account for one of ours; None where there is none."""

    def told_of(self, account: str, sent: str) -> Told | None:
        """A payout from an account by the provider's id, as it stands now; None where there is no such."""

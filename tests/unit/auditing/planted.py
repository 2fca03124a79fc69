"""For each code of a finding, what somebody would have done to the books to earn it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from tests.unit.auditing.forging import AS_OF, Books

Plant = Callable[[Books], tuple[str, int] | None]
"""Changes the books; answers where the finding must stand, None where it stands at no entry."""


def _viewer(books: Books) -> str:
    return books.accounts("viewer")[0]


def entry_unreadable(books: Books) -> tuple[str, int]:
    where = _viewer(books), 3
    books.items[where]["body"] = {"B": books.items[where]["body"]["B"][:-4]}
    return where


def hash_wrong(books: Books) -> tuple[str, int]:
    where = _viewer(books), 3
    books.items[where]["hash"] = {"B": bytes(32)}
    return where


def version_unknown(books: Books) -> tuple[str, int]:
    where = _viewer(books), 3
    books.change(where, lambda document: document.update(v=99))
    return where


def form_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("unlock")
    books.change(where, lambda document: document.update(note=1))
    return where


def key_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("unlock")
    books.items[where]["reference"] = {"S": "unlock:another-series:1-1.0"}
    return where


def kind_unknown(books: Books) -> tuple[str, int]:
    where = books.of_kind("limits")
    books.change(where, lambda document: document["terms"].update(kind="gift"))
    return where


def chain_gap(books: Books) -> tuple[str, int]:
    where = books.of_kind("limits")
    del books.items[where]
    return where[0], where[1] + 1


def link_broken(books: Books) -> tuple[str, int]:
    where = _viewer(books), 2
    books.change(where, lambda document: document.update(request="A" * 43), linked=False)
    return where[0], 3


def time_backwards(books: Books) -> tuple[str, int]:
    where = books.of_kind("limits")
    books.change(where, lambda document: document.update(at=1_700_000_000_000))
    return where


def reference_repeated(books: Books) -> tuple[str, int]:
    first, second = _two_grants(books)
    reference = books.document(*first)["reference"]
    books.change(second, lambda document: document.update(reference=reference))
    return second


def _two_grants(books: Books) -> list[tuple[str, int]]:
    """Two grants of one account, of which the second is not reversed."""
    for account in books.accounts("viewer"):
        grants = [
            (account, seq)
            for seq in range(1, books.length(account) + 1)
            if books.document(account, seq)["terms"]["kind"] == "grant"
        ]
        if len(grants) > 1:
            return grants[:2]
    raise LookupError("no account has two grants")


def reference_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("limits")
    books.change(where, lambda document: document.update(reference="dispute:dp:stripe:3"))
    return where


def balance_wrong(books: Books) -> tuple[str, int]:
    where = "external:stripe", 2
    books.change(where, lambda document: document["state"]["balances"].update(coin=-1))
    return where


def overdrawn(books: Books) -> tuple[str, int]:
    where = books.of_kind("purchase")
    books.change(where, lambda document: document["state"].update(balances={"coin": -5}))
    return where


def lots_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("limits")

    def act(document: dict[str, Any]) -> None:
        document["state"]["lots"][0][2] += 1

    books.change(where, act)
    return where


def spending_wrong(books: Books) -> tuple[str, int]:
    """The bought lot gives another part of its cash than its turn says."""
    where = books.find(lambda document: any(portion[3] for portion in document.get("spent", ())))

    def act(document: dict[str, Any]) -> None:
        next(portion for portion in document["spent"] if portion[3])[3] += 1

    books.change(where, act)
    return where


def postings_wrong(books: Books) -> tuple[str, int]:
    """A batch says that it moves more than its sources."""
    account = books.accounts("series")[0]

    def act(document: dict[str, Any]) -> None:
        document["postings"][0][1] += 1

    books.change((account, 1), act)
    return account, 1


def debt_wrong(books: Books) -> tuple[str, int]:
    """A debt that nobody repaid is gone, and the balance with it."""
    where = books.of_kind("limits")

    def owe(document: dict[str, Any]) -> None:
        document["state"]["debt"] = {"bonus": 5}

    books.change(where, owe)
    return where


def tally_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("unlock")
    books.change(where, lambda document: document["state"].update(day=[document["at"] // 86_400_000, 1]))
    return where


def declaration_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("grant")
    books.change(where, lambda document: document["state"].update(limits={"day": 1}))
    return where


def terms_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("unlock")
    books.change(where, lambda document: document["terms"].update(share=20_000))
    return where


def reversal_wrong(books: Books) -> tuple[str, int]:
    where = books.of_kind("reversal")
    books.change(where, lambda document: document["terms"].update(reverses=where[1] + 1))
    return where


def settlement_overdue(books: Books) -> tuple[str, int]:
    """Neither marked nor in a batch, a day before the export."""
    account = _viewer(books)
    last = books.length(account)
    document = books.document(account, last)
    coins = {"unit": "bonus", "coins": 5}
    fresh = {
        **document,
        "seq": last + 1,
        "at": AS_OF - 86_400_000,
        "reference": "checkin:2026-11-21",
        "terms": {"kind": "grant", "days": 14},
        "postings": [["bonus", coins["coins"], "platform:issued-1", "."]],
    }
    fresh.pop("spent", None)
    books.put(fresh)
    return account, last + 1


def mark_unknown(books: Books) -> tuple[str, int]:
    where = books.of_kind("limits")
    books.items[where]["m7"] = {"N": "1"}
    return where


def mark_without_batch(books: Books) -> tuple[str, int]:
    """The batch is gone: all that it settled carries a mark that leads nowhere."""
    account = books.accounts("series")[0]
    kind, [line, *_] = next(iter(books.document(account, books.length(account))["sources"].items()))
    books.cut(account, books.length(account) - 1)
    return f"{kind}:{line[0]}", line[1]


def mark_elsewhere(books: Books) -> tuple[str, int]:
    where = books.of_kind("unlock")
    books.items[where]["m0"] = {"N": "77"}
    return where


def batch_without_mark(books: Books) -> tuple[str, int]:
    where = books.of_kind("unlock")
    del books.items[where]["m0"]
    return where


def batch_of_nothing(books: Books) -> tuple[str, int]:
    """The newest entry of a viewer is gone; the batch that settled it still names it."""
    account = next(
        one
        for one in books.accounts("viewer")
        if books.document(one, books.length(one))["postings"]
        and books.document(one, books.length(one))["terms"]["kind"] == "unlock"
    )
    document = books.document(account, books.length(account))
    books.cut(account, books.length(account) - 1)
    series = next(side for *_, side in document["postings"] if side.startswith("series:"))
    name = account.partition(":")[2]
    return books.find(lambda one: [name, document["seq"]] in [line[:2] for line in _lines(one, series)], "series")


def _lines(document: dict[str, Any], account: str) -> list[list[Any]]:
    lines: list[list[Any]] = document["sources"].get("viewer", []) if document["account"] == account else []
    return lines


def settled_twice(books: Books) -> tuple[str, int]:
    """The same batch once more, as the next entry of its chain."""
    account = books.accounts("series")[0]
    last = books.length(account)
    document = books.document(account, last)
    kind, [line, *_] = next(iter(document["sources"].items()))
    books.put({**document, "seq": last + 1})
    books.relink(account, last + 1)
    return f"{kind}:{line[0]}", line[1]


def settled_otherwise(books: Books) -> tuple[str, int]:
    """Two sources of a batch have their amounts swapped: the sum, the balance and the hash are right."""
    for account, seq in sorted(books.items):
        document = books.document(account, seq)
        for kind, lines in document.get("sources", {}).items():
            for one, other in itertools.combinations(range(len(lines)), 2):
                if lines[one][2:] != lines[other][2:]:
                    lines[one][2:], lines[other][2:] = lines[other][2:], lines[one][2:]
                    books.put(document)
                    books.relink(account, seq + 1)
                    return f"{kind}:{lines[one][0]}", lines[one][1]
    raise LookupError("no batch has two sources of different amounts")


def not_conserved(books: Books) -> None:
    """An account holds one coin more than everybody else has given."""
    account = books.accounts("series")[0]
    where = account, books.length(account)
    books.change(where, lambda document: document["state"]["balances"].update(coin=1 + _coins(document)))


def _coins(document: dict[str, Any]) -> int:
    coins: int = document["state"]["balances"].get("coin", 0)
    return coins


PLANTS: dict[str, Plant] = {
    name: plant
    for name, plant in list(globals().items())
    if callable(plant) and getattr(plant, "__module__", "") == __name__ and not name.startswith("_")
}

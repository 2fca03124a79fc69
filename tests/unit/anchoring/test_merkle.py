"""The root of a day is what RFC 6962 says, and two programs that share no code agree on it."""

from __future__ import annotations

import hashlib
import json

import pytest

from cliffhanger.anchoring.domain import Head, Merkle, anchored, day_of, day_of_summary, newest, next_day, start_of
from cliffhanger.errors import InternalError
from tools import verify_anchor

VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of Certificate Transparency's own tests (google/certificate-transparency, merkle_tree_test.cc)."""
DAY = "2026-11-27"


@pytest.mark.parametrize("tree", [Merkle, verify_anchor.Tree])
def test_roots_are_those_of_certificate_transparency(tree: type[Merkle]):
    grown = tree()
    assert grown.root() == hashlib.sha256(b"").digest()
    for leaf, root in zip(VECTORS, ROOTS, strict=True):
        grown.add(bytes.fromhex(leaf))
        assert grown.root().hex() == root


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 100])
def test_every_leaf_has_a_path_to_the_root_and_no_other_leaf_has(count: int):
    leaves = [f"viewer:v{number} {number + 1} {'A' * 43}".encode() for number in range(count)]
    tree = Merkle()
    for leaf in leaves:
        tree.add(leaf)
    for index, leaf in enumerate(leaves):
        path = verify_anchor.path_of(leaves, index)
        assert verify_anchor.root_of(leaf, index, count, path) == tree.root()
        assert verify_anchor.root_of(b"another", index, count, path) != tree.root()


def test_a_node_cannot_pass_for_a_leaf():
    """Without the two prefixes the text of two hashes would be a leaf of the same root (second preimage)."""
    one, two = Merkle(), Merkle()
    one.add(b"a")
    one.add(b"b")
    two.add(hashlib.sha256(b"\0a").digest() + hashlib.sha256(b"\0b").digest())
    assert one.root() != two.root()


def test_a_path_of_another_length_is_refused():
    leaves = [bytes([n]) for n in range(5)]
    path = verify_anchor.path_of(leaves, 1)
    for wrong in (path[:-1], [*path, bytes(32)]):
        with pytest.raises(verify_anchor.Unreadable):
            verify_anchor.root_of(leaves[1], 1, 5, wrong)


def test_the_same_heads_make_the_same_bytes_and_name_the_day_before():
    heads = {"viewer:b": Head(2, bytes(32)), "viewer:a": Head(7, bytes(range(32)))}
    kept = anchored(DAY, heads, b"the anchor of the day before")
    again = anchored(DAY, dict(reversed(heads.items())), b"the anchor of the day before")
    assert (kept.anchor, kept.heads) == (again.anchor, again.heads)
    document = json.loads(kept.anchor)
    assert document["previous"] == hashlib.sha256(b"the anchor of the day before").hexdigest()
    assert (document["heads"], document["day"], kept.accounts) == (2, DAY, 2)
    assert json.loads(anchored(DAY, heads, None).anchor)["previous"] == ""


def test_of_an_account_the_newest_entry_is_anchored():
    """The export holds old entries too, those that were marked on the day."""
    found = [("viewer:a", Head(9, b"n")), ("viewer:a", Head(3, b"o")), ("viewer:b", Head(1, b"b"))]
    assert newest(found) == {"viewer:a": Head(9, b"n"), "viewer:b": Head(1, b"b")}


def test_days_are_those_of_utc():
    assert day_of(start_of(DAY)) == day_of(start_of(DAY) + 86_399_999) == DAY
    assert (next_day("2026-12-31"), next_day("2028-02-28")) == ("2027-01-01", "2028-02-29")
    with pytest.raises(InternalError):
        start_of("2026-13-01")


@pytest.mark.parametrize(
    ("key", "day"),
    [
        (f"anchor/{DAY}/AWSDynamoDB/0179-ab/manifest-summary.json", DAY),
        (f"anchor/{DAY}/AWSDynamoDB/0179-ab/manifest-files.json", None),
        (f"anchor/{DAY}/AWSDynamoDB/data/x.json.gz", None),
        (f"mine/{DAY}/AWSDynamoDB/0179-ab/manifest-summary.json", None),
        ("anchor/../x/AWSDynamoDB/0179-ab/manifest-summary.json", None),
    ],
)
def test_only_the_summary_of_an_export_says_that_it_is_complete(key: str, day: str | None):
    assert day_of_summary(key) == day

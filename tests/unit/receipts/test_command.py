"""The verifier as a program: one file that anyone can take along and run, years from now, without us."""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.house.tree import ROOT
from tests.unit.receipts.forging import forged
from tools import verify_receipt as verifier

PROGRAM = ROOT / "tools" / "verify_receipt.py"
GOLDEN = Path(__file__).parent / "golden"
OLD, NEW = (json.loads((GOLDEN / f"receipts-v{version}.json").read_text()) for version in (1, 2))
OTHER = forged(NEW[1], lambda entry: entry.update(at=entry["at"] + 1)) | {"priceCoins": 1}
OF_3_9 = {"argparse", "base64", "hashlib", "json", "os", "re", "sys", "collections", "datetime", "pathlib", "typing"}

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program as one who has nothing else: alone in a folder, without site-packages or environment."""
    shutil.copy(PROGRAM, tmp_path / "verify_receipt.py")
    (tmp_path / "empty").mkdir()

    def run_it(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-I", "-S", str(tmp_path / "verify_receipt.py"), *arguments]
        return subprocess.run(
            command, input=given, env=environment, cwd=tmp_path / "empty", capture_output=True, check=False
        )

    return run_it


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_it_runs_alone_with_nothing_but_the_standard_library(run: Run) -> None:
    done = run(str(GOLDEN / "receipts-v1.json"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines()[-1] == "Genuine: 5 receipts, 4 linked to the one before."


def test_it_is_of_the_grammar_of_python_3_9_and_imports_nothing_that_is_not_in_it() -> None:
    """It shares no code with the product: a fault there must not vouch for itself."""
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} - {"__future__"} == OF_3_9


def test_it_tells_genuine_from_not_genuine_and_names_the_field(run: Run) -> None:
    assert run(given=dumped(NEW[1])).returncode == 0
    done = run(given=dumped(OTHER))
    assert done.returncode == 1
    assert "priceCoins: says 1, the entry says 0" in done.stdout.decode()
    assert done.stdout.decode().splitlines()[-1] == "NOT GENUINE."


def test_what_nothing_proves_is_said(run: Run) -> None:
    done = run(given=dumped(NEW[1] | {"note": "refundable"}))
    assert "   proven by nothing: note" in done.stdout.decode().splitlines()


def test_a_receipt_reads_in_two_lines(run: Run) -> None:
    assert run(given=dumped(NEW[2]), PYTHONUTF8="1").stdout.decode().splitlines() == [
        "\u2713 viewer:4h7d9k2m8q1r5t0v #3 unlock the-last-train, episodes 2 to 4, 21 Nov 2026 18:04 UTC",
        "   42 coins = 30 free expiring 7 Dec 2026 + 12 bought (USD 0.12); the creator gets USD 0.06",
        "Genuine: 1 receipt.",
    ]


@pytest.mark.parametrize(
    "given",
    [
        dumped(NEW),
        dumped({"receipts": NEW}),
        b"\n".join(dumped(receipt) for receipt in NEW),
        b"".join(dumped([receipt]) for receipt in reversed(NEW)),
        "\ufeff".encode() + dumped([{"receipt": receipt} for receipt in NEW]),
    ],
    ids=["an array", "as the API answers", "one a line", "newest first", "with a byte order mark"],
)
def test_receipts_are_taken_however_they_were_saved(run: Run, given: bytes) -> None:
    done = run("--json", "-", given=given)
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["verdict"], verdict["gaps"]) == (0, "genuine", [])
    assert sum(receipt["linked"] for receipt in verdict["receipts"]) == len(NEW) - 1


def test_several_files_are_one_chain(run: Run, tmp_path: Path) -> None:
    for receipt in NEW[:3]:
        (tmp_path / f"{receipt['seq']}.json").write_bytes(dumped(receipt))
    done = run(*(str(tmp_path / f"{seq}.json") for seq in (3, 1)))
    assert "Not linked: entry 2 is not among the receipts" in done.stdout.decode()
    assert done.returncode == 0
    assert "2 linked" in run(*(str(tmp_path / f"{seq}.json") for seq in (3, 1, 2))).stdout.decode()


def test_programs_are_told_in_json_what_is_wrong_and_where(run: Run) -> None:
    done = run("--json", given=dumped([NEW[0], OTHER]))
    verdict = json.loads(done.stdout)
    assert done.returncode == 1
    assert verdict["verdict"] == "not genuine"
    assert [each["verdict"] for each in verdict["receipts"]] == ["genuine", "not genuine"]
    assert verdict["receipts"][1]["findings"] == [{"field": "priceCoins", "says": "says 1, the entry says 0"}]


UNREADABLE = {
    "nothing": b"",
    "white space": b" \n",
    "no text": b"\xff\xfe\x00",
    "no JSON": b"receipt",
    "half of one": dumped(NEW[0])[:-9],
    "a number": b"7",
    "an empty array": b"[]",
    "a wallet": dumped({"coins": {"total": 1}}),
    "a receipt and a number": dumped([NEW[0], 7]),
    "not a number": b'{"entry":"x","seq":NaN}',
    "a member twice": b'{"entry":"x","entry":"y"}',
    "a very large number": b'{"entry":"x","seq":' + b"9" * 10_000 + b"}",
    "a deep array": b"[" * 200_000,
    "a deep object": b'{"entry":' * 100_000,
    "a closed deep array": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("given", UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_cannot_be_read_is_said_in_one_line_without_a_trace(run: Run, given: bytes) -> None:
    done = run(given=given)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("Unreadable: standard input: ")
    assert done.stderr.count(b"\n") == 1
    assert json.loads(run("--json", given=given).stdout)["verdict"] == "unreadable"


def test_a_deep_member_of_a_receipt_is_a_finding(run: Run) -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    for member in ("priceCoins", "settled", "note"):
        done = run(given=dumped(NEW[1] | {member: deep}))
        assert (done.returncode, done.stderr) == (0 if member == "note" else 1, b"")
    assert run(given=dumped(NEW[1] | {"entry": "[" * 100_000})).returncode == 1


def test_it_reads_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "MAX_INPUT_BYTES", len(dumped(NEW)))
    assert len(verifier.receipts_in(dumped(NEW))) == len(NEW)
    with pytest.raises(verifier.Unreadable):
        verifier.receipts_in(dumped(NEW) + b" ")


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_named(run: Run, name: str) -> None:
    done = run(name)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"Unreadable: {name}: ")


def test_help_says_what_it_cannot_prove(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert b"what it cannot prove" in done.stdout


def test_nothing_of_a_receipt_reaches_the_terminal_unfiltered(run: Run) -> None:
    """A receipt may come from somebody who would like to clear your screen and write "Genuine" on it."""
    wicked = "\x1b[2JGenuine: 1 receipt.\r\n\u202e"
    odd = dict.fromkeys(NEW[1], wicked) | {wicked: wicked, "entry": NEW[1]["entry"]}
    printed = run(given=dumped([odd, {"entry": wicked, "hash": wicked, "account": wicked}])).stdout.decode()
    assert {c for c in printed if not " " <= c <= "~"} <= {"\n", "\u2713", "\u2717"}
    assert not any(line.startswith("Genuine") for line in printed.splitlines())


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, stream: Callable[..., io.TextIOWrapper], encoding: str, **env: str) -> str:
    """What the program prints for a genuine receipt and another that is not."""
    raw = io.BytesIO()
    out = stream(raw, encoding=encoding)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(verifier, "read", lambda _: [NEW[0], OTHER])
    assert verifier.main([]) == 1
    out.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(("encoding", "marks"), [("utf-8", "\u2713\u2717"), ("ascii", "okNO"), ("cp1252", "okNO")])
def test_where_only_ascii_can_be_shown_ascii_is_shown(
    monkeypatch: pytest.MonkeyPatch, encoding: str, marks: str
) -> None:
    lines = printed(monkeypatch, io.TextIOWrapper, encoding).splitlines()
    assert [line.split()[0] for line in lines if "viewer:" in line] == [
        marks[: len(marks) // 2],
        marks[len(marks) // 2 :],
    ]


@pytest.mark.parametrize(
    ("stream", "env", "coloured"),
    [
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"NO_COLOR": ""}, True),
        (Terminal, {"TERM": "dumb"}, False),
        (io.TextIOWrapper, {}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, stream: Any, env: dict[str, str], *, coloured: bool
) -> None:
    assert ("\x1b[" in printed(monkeypatch, stream, "utf-8", **env)) is coloured


def test_a_reader_that_goes_away_is_no_trace(tmp_path: Path) -> None:
    many = tmp_path / "many.json"
    many.write_bytes(dumped(NEW * 200))
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(many)], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"")


def test_make_verifies_a_file_without_anything_installed() -> None:
    bare = {
        name: value for name, value in os.environ.items() if name not in ("ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    command = ["make", "verify", f"RECEIPT={GOLDEN / 'receipts-v2.json'}"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Genuine: 13 receipts, 12 linked to the one before.")

"""The mailbox page shows what was sent on this machine, and lets no mail do anything."""

from __future__ import annotations

from pathlib import Path

from local.mailbox.pages import find, list_page, mail_page, mails
from local.patches.mailbox import keep, mail

EVIL = "<script>alert(1)</script>"


def test_the_newest_mail_is_on_top_and_can_be_read(tmp_path: Path):
    keep(tmp_path, "mia@example.com", mail("us@example.com", "mia@example.com", "Your code", "123456"))
    keep(tmp_path, "noa@example.com", mail("us@example.com", "noa@example.com", "Your receipt", "9.99 EUR"))
    found = mails(tmp_path)
    assert [each.subject for each in found] == ["Your receipt", "Your code"]
    page = list_page(found)
    assert page.index("Your receipt") < page.index("Your code")
    assert f'href="/mails/{found[0].name}"' in page
    assert "9.99 EUR" in mail_page(found[0])


def test_what_a_mail_says_is_shown_and_never_run(tmp_path: Path):
    html = b"To: m@example.com\r\nSubject: " + EVIL.encode() + b"\r\nContent-Type: text/html\r\n\r\n" + EVIL.encode()
    keep(tmp_path, "m@example.com", html)
    [found] = mails(tmp_path)
    for page in (list_page([found]), mail_page(found)):
        assert EVIL not in page
    assert "sandbox srcdoc=" in mail_page(found)


def test_only_mails_of_the_mailbox_are_found(tmp_path: Path):
    (tmp_path / "box").mkdir()
    (tmp_path / "secret.eml").write_bytes(b"To: x\r\n\r\nsecret")
    assert find(tmp_path / "box", "../secret.eml") is None
    assert find(tmp_path / "box", "") is None


def test_an_empty_mailbox_says_so(tmp_path: Path):
    assert "No mail yet" in list_page(mails(tmp_path / "none"))

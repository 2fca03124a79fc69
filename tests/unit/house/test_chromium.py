"""Which Chromium is driven."""

from __future__ import annotations

import shutil

import pytest

from tests.support.chromium import executable


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    names: set[str] = set()
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name in names else None)
    return names


def test_the_headless_shell_goes_before_the_desktops_browser(installed: set[str]) -> None:
    installed |= {"chromium", "chromium-headless-shell"}
    assert executable() == "/usr/bin/chromium-headless-shell"


def test_the_desktops_browser_serves_where_there_is_no_shell(installed: set[str]) -> None:
    installed.add("chromium-browser")
    assert executable() == "/usr/bin/chromium-browser"


def test_the_one_that_is_named_goes_before_all(installed: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    installed.add("chromium-headless-shell")
    monkeypatch.setenv("CHROMIUM", "/opt/chrome")
    assert executable() == "/opt/chrome"


def test_none_is_none(installed: set[str]) -> None:
    assert executable() is None

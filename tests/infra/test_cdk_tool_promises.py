"""The CDK's command line: run by this Python, for the stages that were meant."""

from __future__ import annotations

import sys
from pathlib import Path

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

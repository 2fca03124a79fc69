"""What is shipped runs as it is: complete, compiled, and the same bytes from the same sources."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.functions import FUNCTIONS
from infra import ROOT
from infra.access import access_names
from infra.packaging import BOTOCORE_SERVICES, Bundler, PackagingError, Target, interpreter_for
from tests.infra.assembly import Assembly, as_list
from tests.infra.conftest import MACHINE, THIS

LAMBDA = Target(THIS, "arm64", native=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is bundled, to change."""
    root = tmp_path / "checkout"
    for part in ("functions", "layers/common/python/cliffhanger"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def bundler(tmp_path: Path, checkout: Path) -> Bundler:
    return Bundler(LAMBDA, build=tmp_path / "build", root=checkout)


@pytest.mark.parametrize("name", [spec.name for spec in FUNCTIONS])
def test_a_function_s_bundle_holds_its_parent_package(bundler: Bundler, name: str) -> None:
    """The handler is ``functions.{name}.handler.handler``: a bundle of the inner folder alone could not be imported."""
    folder = bundler.function(name).path
    assert (folder / "functions" / "__init__.py").is_file()
    assert (folder / "functions" / name / "__init__.py").is_file()
    assert (folder / "functions" / name / "handler.py").is_file()
    assert {each.name for each in (folder / "functions").iterdir() if each.is_dir()} == {name, "__pycache__"}


def test_every_module_ships_byte_code_that_is_used_without_a_look_at_the_source(bundler: Bundler) -> None:
    """PEP 552: flags 0b01 mean checked by hash, not by time, and never checked again."""
    for folder in (bundler.product().path, bundler.function("unlock").path):
        modules = list(folder.rglob("*.py"))
        assert modules
        for module in modules:
            compiled = Path(importlib.util.cache_from_source(str(module)))
            header = compiled.read_bytes()[:8]
            assert header[:4] == importlib.util.MAGIC_NUMBER
            assert int.from_bytes(header[4:], "little") == 0b01


def test_tracebacks_name_the_path_in_lambda(bundler: Bundler) -> None:
    folder = bundler.product().path
    module = folder / "python" / "cliffhanger" / "clock.py"
    assert b"/opt/python/cliffhanger/clock.py" in Path(importlib.util.cache_from_source(str(module))).read_bytes()
    handler = bundler.function("unlock").path / "functions" / "unlock" / "handler.py"
    code = Path(importlib.util.cache_from_source(str(handler))).read_bytes()
    assert b"/var/task/functions/unlock/handler.py" in code
    assert str(folder).encode() not in code


def test_the_same_sources_make_the_same_bytes(tmp_path: Path, checkout: Path) -> None:
    bundles = [Bundler(LAMBDA, build=tmp_path / where, root=checkout).product() for where in ("here", "there")]
    contents = [
        {file.relative_to(each.path): file.read_bytes() for file in each.path.rglob("*") if file.is_file()}
        for each in bundles
    ]
    assert bundles[0].digest == bundles[1].digest
    assert contents[0] == contents[1]


def test_another_source_or_target_makes_another_bundle(tmp_path: Path, checkout: Path) -> None:
    def digest(target: Target = LAMBDA) -> str:
        return Bundler(target, build=tmp_path / "build", root=checkout).product().digest

    before = digest()
    assert digest(Target(THIS, "x86_64", native=False)) != before
    assert digest(Target(THIS, "arm64", native=True)) != before
    clock = checkout / "layers" / "common" / "python" / "cliffhanger" / "clock.py"
    clock.write_text(clock.read_text() + "\n# changed\n")
    assert digest() != before


def test_an_edit_of_one_function_leaves_the_others_alone(tmp_path: Path, checkout: Path) -> None:
    def digests() -> tuple[str, str, str]:
        bundler = Bundler(LAMBDA, build=tmp_path / "build", root=checkout)
        return bundler.function("unlock").digest, bundler.function("wallet").digest, bundler.product().digest

    before = digests()
    handler = checkout / "functions" / "unlock" / "handler.py"
    handler.write_text(handler.read_text() + "\n# changed\n")
    after = digests()
    assert after[0] != before[0]
    assert after[1:] == before[1:]


def test_a_second_synthesis_only_looks(bundler: Bundler, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bundler.product()
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: pytest.fail("a tool was started"))
    assert bundler.product() == first


def test_a_bundle_that_was_interrupted_is_not_taken_for_finished(
    bundler: Bundler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Bundler, "_compile", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            bundler.product()
    folder = bundler.product().path
    assert list(folder.rglob("*.pyc"))
    assert [each.name for each in folder.parent.iterdir()] == [folder.name]


def test_a_missing_handler_is_refused_at_synthesis(bundler: Bundler) -> None:
    with pytest.raises(PackagingError, match=r"functions/nobody/handler\.py"):
        bundler.function("nobody")


def test_a_module_that_does_not_compile_is_refused_at_synthesis(bundler: Bundler, checkout: Path) -> None:
    (checkout / "functions" / "unlock" / "handler.py").write_text("def broken(:\n")
    with pytest.raises(PackagingError, match="SyntaxError"):
        bundler.function("unlock")


def pip_command(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command that would install the dependencies."""
    seen: list[list[str]] = []

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 0, f"{target.python}\n", "")

    monkeypatch.setattr(subprocess, "run", run)
    Bundler(target, build=tmp_path / "build").dependencies()
    [command] = [each for each in seen if "pip" in each]
    return command


def test_dependencies_are_installed_from_hashes_as_wheels_for_lambda(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = pip_command(Target("3.13", "arm64", native=False), tmp_path, monkeypatch)
    assert {"--require-hashes", "--only-binary=:all:", "--no-deps"} <= set(command)
    assert command[command.index("--python-version") + 1] == "3.13"
    platforms = {command[number + 1] for number, word in enumerate(command) if word == "--platform"}
    assert platforms
    assert all(platform.startswith("manylinux") and platform.endswith("_aarch64") for platform in platforms)


def test_the_local_stage_takes_this_machine_s_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = pip_command(Target(THIS, MACHINE, native=True), tmp_path, monkeypatch)
    assert "--require-hashes" in command
    assert "--platform" not in command


def test_a_failed_installation_says_why_in_pip_s_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "THESE PACKAGES DO NOT MATCH THE HASHES")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(PackagingError, match="DO NOT MATCH THE HASHES"):
        Bundler(LAMBDA, build=tmp_path / "build").dependencies()


def test_only_service_models_that_functions_use_are_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        if "pip" in command:
            site = Path(command[command.index("--target") + 1])
            for service in ("dynamodb", "s3", "gamelift"):
                (site / "botocore" / "data" / service).mkdir(parents=True)
            (site / "botocore" / "data" / "endpoints.json").write_text("{}")
            (site / "bin").mkdir()
            (site / "stripe.pyi").write_text("")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    site = Bundler(LAMBDA, build=tmp_path / "build").dependencies().path / "python"
    data = site / "botocore" / "data"
    assert {each.name for each in data.iterdir()} == {"dynamodb", "s3", "endpoints.json"}
    assert not (site / "bin").exists()
    assert not (site / "stripe.pyi").exists()


def test_every_service_that_a_role_allows_has_its_model_shipped(production: Assembly) -> None:
    """An action without its model would fail in the cloud only."""
    used = set()
    for role in production.resources("AWS::IAM::Role"):
        for policy in role.properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                used |= {action.split(":")[0] for action in as_list(statement["Action"])}
    by_others = {"logs", "xray", "iam", "lambda"}  # by Lambda itself, and by workflows
    assert access_names()
    called = {"ses": "sesv2", "states": "stepfunctions"}
    models = {called.get(service, service) for service in used - by_others}
    assert models <= BOTOCORE_SERVICES


def test_an_interpreter_is_taken_only_if_it_answers_with_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Version managers leave shims of Pythons that are not there."""
    assert interpreter_for(THIS) == sys.executable
    shim = tmp_path / "python3.99"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreter_for("3.99") is None
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert interpreter_for("3.99") is None
    shim.write_text("#!/bin/sh\necho 3.99\n")
    assert interpreter_for("3.99") == str(shim)


def test_every_asset_of_the_assembly_is_one_of_our_bundles(production: Assembly) -> None:
    """Nothing else runs: no function of the CDK's own was added by a convenience."""
    sources = set()
    for name in production.templates:
        assets = json.loads((production.folder / f"cliffhanger-prod-{name}.assets.json").read_text())
        sources |= {each["displayName"] for each in assets["files"].values() if each["source"]["packaging"] == "zip"}
    assert not [name for name in sources if "Provider" in name or "AwsCli" in name]
    handlers = {each.properties["Handler"] for each in production.resources("AWS::Lambda::Function")}
    assert handlers == {spec.handler for spec in FUNCTIONS} | {"publish.handler"}

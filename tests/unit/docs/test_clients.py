"""The document stays one from which clients are made, and what partners are shown of them compiles."""

from __future__ import annotations

import compileall
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from cliffhanger.routes import ROUTES
from infra import ROOT
from tools import clients, node

WALKS = ROOT / "examples" / "clients"
DOCUMENT: dict[str, Any] = json.loads(clients.DOCUMENT.read_text())


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both clients; a generator that warns has failed."""
    folder = tmp_path_factory.mktemp("clients")
    clients.generate(folder)
    return folder


def typed(folder: Path, walk: str) -> subprocess.CompletedProcess[str]:
    """Compiles the TypeScript client with a walk beside it."""
    if not (folder / node.MODULES).exists():
        (folder / node.MODULES).symlink_to(ROOT / node.MODULES)
    (folder / "walk.ts").write_text(walk)
    words = ["--strict", "--target", "es2022", "--module", "nodenext", "--noEmit", "walk.ts", "client.ts"]
    return subprocess.run(
        node.program("typescript", "bin/tsc", words), cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_python_client_has_every_operation_and_compiles(generated: Path):
    package = generated / "python" / clients.PACKAGE
    made = {path.stem for path in package.glob("api/*/*.py")} - {"__init__"}
    assert {name.replace("_", "") for name in made} == {route.operation.lower() for route in ROUTES}
    assert compileall.compile_dir(package, quiet=2, legacy=True)


def test_the_programs_in_python_fit_the_client(generated: Path):
    """As mypy, strictly, sees them."""
    words = ["-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent", *map(str, WALKS.glob("*.py"))]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=generated / "python",
        env={"MYPYPATH": str(generated / "python"), "MYPY_CACHE_DIR": str(generated / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_typescript_client_and_the_walk_are_typed_strictly(generated: Path):
    done = typed(generated / "typescript", (WALKS / "walk.ts").read_text())
    assert done.returncode == 0, done.stdout


def test_a_member_that_the_document_does_not_have_is_not_typed(generated: Path):
    """So that the check above can fail."""
    walk = (WALKS / "walk.ts").read_text().replace("priceShownCoins", "priceSeenCoins")
    assert "priceSeenCoins" in typed(generated / "typescript", walk).stdout


def test_a_client_reads_codes_that_came_after_it():
    opened = clients.for_clients(DOCUMENT)
    OpenAPIV31SpecValidator(opened).validate()
    problems = [
        answer["content"]["application/problem+json"]
        for item in opened["paths"].values()
        for operation in item.values()
        for answer in operation["responses"].values()
        if "application/problem+json" in answer.get("content", {})
    ]
    assert len(problems) > len(ROUTES)
    assert problems == [clients.PROBLEM] * len(problems)
    assert "enum" not in json.dumps(opened["components"]["schemas"]["Problem"])


def test_what_a_generator_leaves_out_is_an_error(tmp_path: Path):
    odd = copy.deepcopy(clients.for_clients(DOCUMENT))
    odd["paths"]["/v1/series"]["get"]["responses"]["200"]["content"] = {"video/mp4": {"schema": {"type": "string"}}}
    (tmp_path / "openapi.json").write_text(json.dumps(odd))
    with pytest.raises(clients.ClientsError, match="video/mp4"):
        clients.python_client(tmp_path / "openapi.json", tmp_path / "python")

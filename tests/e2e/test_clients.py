"""The generated clients against the running platform: what partners' programs are made of, and their examples."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.events.schemas import EVENT_SCHEMAS
from infra import ROOT
from local.cast import SERIES
from tests.e2e.client import Platform
from tests.e2e.houses import house
from tools import clients, node
from tools.openapi_examples import BODIES

WALKS = ROOT / "examples" / "clients"
TYPES = sorted(name for name, _ in EVENT_SCHEMAS)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    clients.generate(folder)
    return folder


def said(words: list[str], folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_python_client_walks_from_the_list_to_an_order(platform: Platform, viewer: str, generated: Path):
    words = [sys.executable, str(WALKS / "walk.py"), platform.api, viewer, SERIES]
    seen = said(words, generated / "python", {"PYTHONPATH": str(generated / "python")})
    assert (seen["series"], seen["refused"], seen["events"]) == (SERIES, "price_changed", TYPES)
    assert seen["paid"] == seen["price"] == 12
    assert seen["alreadyUnlocked"] == [False, True]
    assert seen["receipts"][0] == seen["receipts"][1]
    assert seen["orders"][0] == seen["orders"][1]
    assert seen["orders"][0] in seen["listed"]
    assert platform.get("/v1/wallet", viewer).json["coins"]["total"] == 130 - 12


def test_the_python_client_is_a_partner_s_server(platform: Platform, generated: Path):
    ours = house(platform, [platform.new_person("partner")[1]])
    words = [sys.executable, str(WALKS / "partner.py"), platform.api, ours.client, ours.secret]
    seen = said(words, generated / "python", {"PYTHONPATH": str(generated / "python")})
    quota = BODIES["putPartner"]["quotas"]["sandbox"]
    refusals = {"wrongMode": "wrong_mode", "membersOnly": "group_required"}
    assert seen == {"quota": quota, "events": TYPES} | refusals


def test_the_typescript_client_walks_on_node(platform: Platform, viewer: str, generated: Path):
    folder = generated / "typescript"
    (folder / node.MODULES).symlink_to(ROOT / node.MODULES)
    (folder / "walk.ts").write_text((WALKS / "walk.ts").read_text())
    options = ["--strict", "--target", "es2022", "--module", "nodenext", "walk.ts", "client.ts"]
    subprocess.run(node.program("typescript", "bin/tsc", options), cwd=folder, check=True)
    seen = said([node.node(), "walk.js", platform.api, viewer, SERIES], folder, node.environment())
    assert seen == {"series": SERIES, "coins": 130, "price": 12, "refused": "price_changed", "events": TYPES}

"""Generates clients of the API from ``docs/openapi.json``: ``make clients TO=folder``.

``python/`` is a package over httpx (openapi-python-client), ``typescript/`` types and a client over fetch
(openapi-typescript, openapi-fetch). What a generator warns of is an error: the document must stay one that it takes
whole.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra import ROOT
from tools import node

DOCUMENT = ROOT / "docs" / "openapi.json"
PACKAGE = "cliffhanger_client"
PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}

CONFIG = {
    "project_name_override": "cliffhanger-client",
    "package_name_override": PACKAGE,
    "content_type_overrides": {"application/vnd.apple.mpegurl": "text/plain"},
}
"""Of openapi-python-client. A playlist is a text."""

CLIENT_TS = """import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** A client of the API at an address such as `https://watch.example`, with an access token, or for a guest. */
export function cliffhanger(baseUrl: string, token?: string) {
  return createClient<paths>({ baseUrl, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
}
"""


class ClientsError(Exception):
    """A generator failed or warned; the message holds its words."""


def for_clients(document: dict[str, Any]) -> dict[str, Any]:
    """The document as clients are made from it: every refusal is a problem whose code is any text.

    A client that was made before a code came must read it all the same; the descriptions still say which there are.
    """
    open_document = copy.deepcopy(document)
    for item in open_document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                if "application/problem+json" in answer.get("content", {}):
                    answer["content"]["application/problem+json"] = PROBLEM
    return open_document


def python_client(document: Path, folder: Path) -> None:
    """Writes the Python project into a folder that is new or was made by this.

    Raises:
        ClientsError: the generator failed, or leaves something out.
    """
    tools = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch, "config.json")
        config.write_text(json.dumps(CONFIG))
        words = [str(tools / "openapi-python-client"), "generate", "--fail-on-warning", "--overwrite"]
        words += ["--path", str(document), "--config", str(config), "--output-path", str(folder)]
        # It formats what it has written with ruff from the path.
        _run(words, {**os.environ, "PATH": os.pathsep.join((str(tools), os.environ.get("PATH", "")))})


def typescript_client(document: Path, folder: Path) -> None:
    """Writes the TypeScript package into a folder.

    Raises:
        ClientsError: the generator failed.
        NodeError: Node.js or its packages are not there.
    """
    node.install()
    folder.mkdir(parents=True, exist_ok=True)
    # What has a default may be left out of a request.
    options = ["--default-non-nullable", "false", "--output", str(folder / "schema.d.ts")]
    _run(node.program("openapi-typescript", "bin/cli.js", [str(document), *options]), node.environment())
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]["openapi-fetch"]
    manifest = {"name": "cliffhanger-client", "private": True, "type": "module"}
    (folder / "package.json").write_text(
        json.dumps({**manifest, "dependencies": {"openapi-fetch": wanted}}, indent=2) + "\n"
    )
    (folder / "client.ts").write_text(CLIENT_TS)


def _run(words: Sequence[str], environment: dict[str, str]) -> None:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode != 0 or "warn" in said.lower():
        raise ClientsError(f"{Path(words[0]).name} ended with {done.returncode}:\n{said.strip()[-4000:]}")


def generate(folder: Path) -> None:
    """Writes both clients into a folder.

    Raises:
        ClientsError: a generator failed or warned.
        NodeError: Node.js or its packages are not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        document = Path(scratch, "openapi.json")
        document.write_text(json.dumps(for_clients(json.loads(DOCUMENT.read_text()))))
        python_client(document, folder / "python")
        typescript_client(document, folder / "typescript")


def main(arguments: list[str]) -> int:
    """Generates both, and says where they are."""
    parser = argparse.ArgumentParser(prog="clients", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="the folder to write python/ and typescript/ into")
    folder: Path = parser.parse_args(arguments).to.resolve()
    try:
        generate(folder)
    except (ClientsError, node.NodeError) as error:
        print(f"clients: {error}", file=sys.stderr)
        return 1
    print(folder / "python")
    print(folder / "typescript")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

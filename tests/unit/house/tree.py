"""The files of the repository, as the tests of the house see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NOT_OURS = {
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".local",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "cdk.out",
    "node_modules",
    "vendor",
}
PRODUCT = ("layers/common/python", "functions")
CODE = (*PRODUCT, "infra", "local", "tools", "bench", "examples", "tests")


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that is ours, in no vendored or generated folder."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS:  # in a worktree of git's, .git is a file
            continue
        if path.is_dir():
            yield from files(path)
        elif path.is_file():
            yield path


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of every file of ours that is text."""
    for path in files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text()
        except UnicodeDecodeError:
            continue


def modules(*folders: str) -> Iterator[tuple[str, str]]:
    """Name and source of every Python module in the folders."""
    for folder in folders:
        for path in files(ROOT / folder):
            if path.suffix == ".py":
                yield str(path.relative_to(ROOT)), path.read_text()

"""Bundles functions and layers without Docker, for the stage's Python and CPU.

Everything is built once under ``build/`` in a folder named by the hash of what goes in (sources, lock file, target,
rules of this module), so that a second synthesis only looks. That hash is the asset's hash too: the same sources give
the same template on every machine, whatever an archive's times or a compiler's whims.

Byte code is compiled by the stage's own Python and marked *unchecked-hash* (PEP 552): archives lose modification times,
so ordinary byte code would be stale on arrival, and Lambda's code folders cannot be written to.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra import PRODUCT, ROOT
from infra.config import StageConfig

RULES = "1"
"""Change it whenever the same sources must be bundled differently: it is part of every bundle's hash."""

LOCK = ROOT / "layers" / "common" / "requirements.txt"
"""The runtime's lock file, with hashes."""

BOTOCORE_SERVICES = frozenset(
    {
        *("cloudfront", "cognito-idp", "dynamodb", "events", "mediaconvert", "s3", "secretsmanager", "sesv2", "sqs"),
        "stepfunctions",
        *("sso", "sso-oidc", "sts"),
    }
)
"""Service models that are shipped: those that functions call, and those that botocore's credential chain opens.
The other four hundred are most of the layer's size."""

PLATFORMS = {
    "arm64": ("manylinux_2_34_aarch64", "manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "x86_64": ("manylinux_2_34_x86_64", "manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
}
"""Wheel tags that Lambda's runtimes run: Amazon Linux 2023 has glibc 2.34."""

_LAYER_ROOT = "/opt/python"
_FUNCTION_ROOT = "/var/task"
_SKIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.md")


class PackagingError(Exception):
    """A bundle cannot be made; the message says why, with the installer's or the compiler's own words."""


@dataclass(frozen=True)
class Target:
    """What the bundles are for. ``native`` takes the wheels of this machine instead of Lambda's."""

    python: str
    architecture: Literal["arm64", "x86_64"]
    native: bool

    @classmethod
    def of(cls, config: StageConfig) -> Target:
        """The target of a stage. The emulator runs functions with this interpreter, on this machine.

        Raises:
            PackagingError: the local stage names another Python than the one that runs.
        """
        if config.is_local and config.runtime != _version_of_this():
            raise PackagingError(
                f"The local stage runs functions with Python {_version_of_this()}, its stage file says {config.runtime}"
            )
        return cls(config.runtime, config.architecture, config.is_local)

    @property
    def label(self) -> str:
        """The target in a bundle's hash. A native bundle is only good for the machine that made it."""
        return f"{self.python}-{self.architecture}-{sys.platform if self.native else 'lambda'}"


@dataclass(frozen=True)
class Bundle:
    """A folder that is ready to be zipped, and the hash of what it was made of."""

    path: Path
    digest: str


class Bundler:
    """Makes the bundles of one target, and remembers them on disk."""

    def __init__(self, target: Target, build: Path = ROOT / "build", root: Path = ROOT) -> None:
        self.target = target
        self.interpreter = interpreter_for(target.python)
        self._build = build
        self._root = root

    @property
    def compiled(self) -> bool:
        """Whether bundles hold byte code: an interpreter of the target's version was found."""
        return self.interpreter is not None

    def dependencies(self) -> Bundle:
        """The layer of everything that the lock file names.

        Raises:
            PackagingError: the installer failed: no wheel for the target, a hash that differs, no network.
        """
        digest = self._digest("dependencies", [LOCK.read_bytes(), repr(sorted(BOTOCORE_SERVICES)).encode()])

        def fill(folder: Path) -> None:
            self._install(folder / "python")

        return self._once("dependencies", digest, fill, _LAYER_ROOT, "python")

    def product(self) -> Bundle:
        """The layer of our own package."""
        source = self._root / PRODUCT.relative_to(ROOT) / "cliffhanger"

        def fill(folder: Path) -> None:
            shutil.copytree(source, folder / "python" / "cliffhanger", ignore=_SKIPPED)

        return self._once("product", self._digest("product", _contents(source)), fill, _LAYER_ROOT, "python")

    def function(self, name: str) -> Bundle:
        """One function with its parent package, which its handler's name starts with.

        Raises:
            PackagingError: there is no such function, or it has no handler.
        """
        parent = self._root / "functions"
        source = parent / name
        if not (source / "handler.py").is_file():
            raise PackagingError(f"functions/{name}/handler.py does not exist")

        def fill(folder: Path) -> None:
            shutil.copytree(source, folder / "functions" / name, ignore=_SKIPPED)
            shutil.copy(parent / "__init__.py", folder / "functions" / "__init__.py")

        digest = self._digest(name, [(parent / "__init__.py").read_bytes(), *_contents(source)])
        return self._once(f"functions/{name}", digest, fill, _FUNCTION_ROOT, ".")

    def single(self, name: str, source: Path) -> Bundle:
        """A function of the infrastructure's own: the modules of one folder, at the top of the bundle."""

        def fill(folder: Path) -> None:
            shutil.copytree(source, folder, ignore=_SKIPPED, dirs_exist_ok=True)

        return self._once(name, self._digest(name, _contents(source)), fill, _FUNCTION_ROOT, ".")

    def _digest(self, what: str, parts: Iterable[bytes]) -> str:
        """Hash of what goes into a bundle. Lengths are hashed too, so that parts cannot flow into each other."""
        total = hashlib.sha256()
        byte_code = self.target.python if self.compiled else "sources only"
        for part in (RULES.encode(), what.encode(), self.target.label.encode(), byte_code.encode(), *parts):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
        return total.hexdigest()

    def _once(self, name: str, digest: str, fill: Callable[[Path], None], runs_in: str, strip: str) -> Bundle:
        """The bundle of that hash: the one on disk, or a new one.

        It is filled beside its place and then renamed: two syntheses at once, or one that is interrupted, never leave
        half a bundle under a finished name.
        """
        place = self._build / name / digest[:24]
        if not place.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix="unfinished-", dir=place.parent))
            try:
                fill(work)
                self._compile(work, runs_in, strip)
                work.chmod(0o755)
                work.rename(place)
            except OSError:
                if not place.is_dir():
                    raise
            finally:
                shutil.rmtree(work, ignore_errors=True)
        return Bundle(place, digest)

    def _install(self, into: Path) -> None:
        """Install the lock file's wheels and drop what a running function never opens."""
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        command += ["--require-hashes", "--only-binary=:all:", "--no-deps", "--target", str(into), "-r", str(LOCK)]
        if not self.target.native:
            command += ["--python-version", self.target.python, "--implementation", "cp"]
            for platform in PLATFORMS[self.target.architecture]:
                command += ["--platform", platform]
        sys.stderr.write(f"Installing the dependencies layer for {self.target.label}, once per lock file ...\n")
        _run(command, "The dependencies layer could not be installed")
        _trim(into)

    def _compile(self, folder: Path, runs_in: str, strip: str) -> None:
        """Add byte code, with the paths that tracebacks will show in Lambda."""
        if self.interpreter is None:
            return
        command = [self.interpreter, "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
        command += ["-s", str(folder / strip), "-p", runs_in, str(folder)]
        _run(command, f"{folder.parent.name} could not be compiled")


def interpreter_for(version: str) -> str | None:
    """An interpreter of that version (``3.13``): this one, or one on the path; ``None`` when there is none."""
    if version == _version_of_this():
        return sys.executable
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    # A version manager's shim exists even when its Python is not installed: it must answer.
    probe = [found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False)
    return found if answer.returncode == 0 and answer.stdout.strip() == version else None


def _version_of_this() -> str:
    """This interpreter's version, as Lambda names runtimes."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _contents(source: Path) -> list[bytes]:
    """Names and bytes of a folder's files, in one order on every machine.

    Raises:
        PackagingError: the folder is missing or empty.
    """
    files = [
        file
        for file in sorted(source.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and file.suffix not in (".pyc", ".md")
    ]
    if not files:
        raise PackagingError(f"{source} holds nothing to bundle")
    return [part for file in files for part in (file.relative_to(source).as_posix().encode(), file.read_bytes())]


def _trim(site: Path) -> None:
    """Drop scripts, type stubs, installers' notes and the models of services that nothing calls."""
    for folder in (site / "bin", *(entry for entry in _models(site) if entry.name not in BOTOCORE_SERVICES)):
        shutil.rmtree(folder, ignore_errors=True)
    for pattern in ("*.pyi", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED"):
        for file in site.rglob(pattern):
            file.unlink()


def _models(site: Path) -> list[Path]:
    """Folders of service models. Files beside them (endpoints, partitions, retry rules) serve every service."""
    data = (site / "botocore" / "data", site / "boto3" / "data")
    return [entry for folder in data if folder.is_dir() for entry in folder.iterdir() if entry.is_dir()]


def _run(command: list[str], failure: str) -> None:
    """Run a tool quietly; its words are only shown when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackagingError(f"{failure}:\n{(done.stdout + done.stderr).strip()}")

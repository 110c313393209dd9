"""Builds the sdist and the wheel twice, each time from nothing, and compares their bytes: make dist.

The times within are those of the last commit, or SOURCE_DATE_EPOCH: https://reproducible-builds.org/specs/source-date-epoch/
Exit codes: 0 both builds are the same, 1 they differ, 2 there is nothing to build, or it cannot be built.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# https://peps.python.org/pep-0517/#mandatory-hooks: the hook prints much, and the archive is found in the folder.
_HOOK = "import sys; from setuptools import build_meta; getattr(build_meta, sys.argv[1])(sys.argv[2])"


class BuildError(Exception):
    """There is nothing to build, or the build failed; the text says what."""


def build(source: Path, folder: Path, epoch: int) -> dict[str, bytes]:
    """Build the sdist of a checkout, and the wheel from that sdist.

    Returns the bytes of each by its name. `epoch` is in seconds since 1970. Raises BuildError.
    """
    tree = folder / "tree"
    _copy_tracked(source, tree)
    made = _call("build_sdist", tree, folder / "sdist", epoch)
    made.write_bytes(normalize_sdist(made.read_bytes(), epoch))
    with tarfile.open(made) as archive:
        archive.extractall(folder / "unpacked")  # noqa: S202  # it was made two lines above
    wheel = _call("build_wheel", folder / "unpacked" / made.name[: -len(".tar.gz")], folder / "wheel", epoch)
    return {path.name: path.read_bytes() for path in (made, wheel)}


def normalize_sdist(packed: bytes, epoch: int) -> bytes:
    """Return an archive of the same files, without what differs between two builds: times, owners, modes, order.

    setuptools writes the current time into it: https://github.com/pypa/setuptools/issues/2133. Raises BuildError.
    """
    unpacked = io.BytesIO()
    try:
        with (
            tarfile.open(fileobj=io.BytesIO(packed)) as old,
            tarfile.open(fileobj=unpacked, mode="w", format=tarfile.PAX_FORMAT) as new,
        ):
            for member in sorted(old.getmembers(), key=lambda member: member.name):
                member.mtime, member.uid, member.gid, member.uname, member.gname = epoch, 0, 0, "", ""
                member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
                member.pax_headers = {}
                new.addfile(member, old.extractfile(member) if member.isfile() else None)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BuildError(f"the sdist is not an archive: {error}") from error
    squeezed = io.BytesIO()
    with gzip.GzipFile("", "wb", fileobj=squeezed, mtime=epoch) as file:
        file.write(unpacked.getvalue())
    return squeezed.getvalue()


def compare(first: dict[str, bytes], second: dict[str, bytes]) -> list[str]:
    """Return a sentence for each archive that is not the same in both builds."""
    alone = [f"{name} was built only once" for name in sorted(first.keys() ^ second.keys())]
    return alone + [f"{name} differs" for name in sorted(first.keys() & second.keys()) if first[name] != second[name]]


def find_epoch(source: Path, given: str | None) -> int:
    """Return SOURCE_DATE_EPOCH if it is `given`, or else the time of the last commit. Raises BuildError."""
    text = given or _ask_git(source, "log", "-1", "--format=%ct").strip()
    if not (text.isascii() and text.isdigit()):
        raise BuildError(f"SOURCE_DATE_EPOCH is not a number of seconds: {text!r}")
    return int(text)


def _check_empty(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        raise BuildError(f"{out} is not empty")


def _copy_tracked(source: Path, target: Path) -> None:
    """Copy what belongs to git, committed or not, as a checkout has it."""
    listed = _ask_git(source, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, target / name)
    if not (target / "pyproject.toml").exists():
        raise BuildError(f"{source} has no pyproject.toml")


def _call(hook: str, tree: Path, out: Path, epoch: int) -> Path:
    out.mkdir()
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", _HOOK, hook, str(out)],
        cwd=tree,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"{hook} failed: {done.stderr.strip()[-1000:]}")
    (made,) = out.iterdir()
    return made


def _ask_git(source: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=source, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise BuildError("git is not here") from error
    if done.returncode:
        raise BuildError(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Build, compare and report; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="an empty or a new folder (dist)")
    parser.add_argument("--source", type=Path, default=ROOT, help="the checkout to build")
    given = parser.parse_args(arguments)
    try:
        _check_empty(given.out)
        epoch = find_epoch(given.source, os.environ.get("SOURCE_DATE_EPOCH"))
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            first, second = (build(given.source, Path(folder), epoch) for folder in (one, other))
    except BuildError as error:
        print(f"not built: {error}", file=sys.stderr)
        return 2
    differences = compare(first, second)
    for sentence in differences:
        print(sentence, file=sys.stderr)
    given.out.mkdir(parents=True, exist_ok=True)
    for name, content in first.items():
        (given.out / name).write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()}  {name}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

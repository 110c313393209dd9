"""The sdist and the wheel: the same bytes each time, with all that they need, and they work by themselves."""

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from build_release import BuildError, build, compare, find_epoch, main, normalize_sdist
from programs import need

import checkov_keys

NAME = f"checkov_keys-{checkov_keys.__version__}"
EPOCH = 1_700_000_000


def test_the_report(built):
    """Both archives are there, with the checksums that are printed."""
    folder, printed = built
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert {f"{NAME}.tar.gz", f"{NAME}-py3-none-any.whl"} == sums.keys()
    assert sums == {line.split()[1]: line.split()[0] for line in printed.splitlines()}


def test_what_the_wheel_holds(built, root):
    """The whole package with its data, the licence and the metadata, and nothing else."""
    with zipfile.ZipFile(built[0] / f"{NAME}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
        metadata = Parser().parsestr(wheel.read(f"{NAME}.dist-info/METADATA").decode())
    package = root / "checkov_keys"
    files = {path for path in package.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo")}
    assert {str(path.relative_to(root)) for path in files} == {name for name in names if ".dist-info/" not in name}
    assert {"checkov_keys/py.typed", "checkov_keys/report/dashboard/page.css"} <= names
    assert f"{NAME}.dist-info/licenses/LICENSE" in names
    assert checkov_keys.__version__ == metadata["Version"]
    assert ">=3.9" == metadata["Requires-Python"]
    assert {"demo", "fast", "dev"} == set(metadata.get_all("Provides-Extra"))
    assert any(checkov_keys.PROJECT_URL in each for each in metadata.get_all("Project-URL"))


def test_what_the_sdist_holds(built):
    """What the wheel is built from, and what people read and copy; tests run from a clone."""
    with tarfile.open(built[0] / f"{NAME}.tar.gz") as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers()}
    assert {"README.md", "CHANGELOG.md", "LICENSE", "setup.cfg", "pyproject.toml"} <= names
    assert {"docs/ci.md", "examples/ci/Dockerfile", "checkov_keys/py.typed"} <= names
    assert set() == {
        name for name in names if name.startswith(("tests", "tools", ".", "build")) or name.endswith(".pyc")
    }


@pytest.fixture
def installed(built, tmp_path):
    """A Python in whose environment the wheel is, without the source tree; it sees what else is installed here."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = venv / "bin" / "python"
    wheel = built[0] / f"{NAME}-py3-none-any.whl"
    words = ["-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run([sys.executable, *words], check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "those.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")
    return python


def test_the_wheel_works(installed, run_command, root):
    """`doctor` proves that the checks fire, and Checkov loads them from the installed package."""
    command = installed.parent / "checkov-keys"
    where = run_command(installed, "-c", "import checkov_keys; print(checkov_keys.__file__)").stdout
    assert where.startswith(str(installed.parents[1]))
    assert 0 == run_command(command, "doctor").returncode
    directory = run_command(command, "checks-dir").stdout.strip()
    example = shutil.copytree(root / "examples" / "terraform" / "failing", run_command.folder / "failing")
    words = ["-d", example, "--external-checks-dir", directory, "--check", "CKV2_KEYS_1", "--compact", "--quiet"]
    done = run_command(installed, "-m", "checkov.main", *words)
    assert (1, 2) == (done.returncode, done.stdout.count('Check: CKV2_KEYS_1: "')), done.stderr


def test_twine(built, run_command):
    """A package index takes both archives, and shows their description."""
    twine = shutil.which("twine")
    if twine is None:
        pytest.skip("twine is not here: pip install twine, in an environment of its own, and put it on PATH")
    done = run_command(twine, "check", "--strict", *built[0].iterdir())
    assert 0 == done.returncode, done.stdout


def pack(members):
    """An archive of files, each with its time and mode, in the order given."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content, time, mode in members:
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), time, mode
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


FILES = [("p/a", b"1", 5, 0o600), ("p/b", b"2", 6, 0o755)]
SDISTS = {
    "the same": (FILES, True),
    "another order": (FILES[::-1], True),
    "other times and modes": ([("p/a", b"1", 7, 0o664), ("p/b", b"2", 8, 0o700)], True),
    "another content": ([("p/a", b"1", 5, 0o600), ("p/b", b"3", 6, 0o755)], False),
    "another name": ([("p/a", b"1", 5, 0o600), ("p/c", b"2", 6, 0o755)], False),
    "a file that may not be run": ([("p/a", b"1", 5, 0o600), ("p/b", b"2", 6, 0o644)], False),
    "nothing": ([], False),
}


@pytest.mark.parametrize(("members", "same"), SDISTS.values(), ids=SDISTS)
def test_normalized(members, same):
    """Only names, contents and what may be run make a difference."""
    assert same == (normalize_sdist(pack(FILES), EPOCH) == normalize_sdist(pack(members), EPOCH))


MALFORMED = {"empty": b"", "text": b"no archive", "cut off": pack(FILES)[:40]}


@pytest.mark.parametrize("packed", MALFORMED.values(), ids=MALFORMED)
def test_malformed_archives(packed):
    """What is not an archive is said to be none."""
    with pytest.raises(BuildError, match="not an archive"):
        normalize_sdist(packed, EPOCH)


PAIRS = {
    "silent: the same": ({"a": b"1"}, {"a": b"1"}, []),
    "silent: nothing": ({}, {}, []),
    "a byte": ({"a": b"1", "b": b"1"}, {"a": b"2", "b": b"1"}, ["a differs"]),
    "another name": ({"a": b"1"}, {"b": b"1"}, ["a was built only once", "b was built only once"]),
}


@pytest.mark.parametrize(("first", "second", "expected"), PAIRS.values(), ids=PAIRS)
def test_compared(first, second, expected):
    """Each archive that differs is named."""
    assert expected == compare(first, second)


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "²", " 1"])
def test_malformed_times(given, root):
    """A time that is not a number of seconds is refused."""
    with pytest.raises(BuildError, match="not a number of seconds"):
        find_epoch(root, given)


def test_given_time(tmp_path):
    """A time that is given needs no git."""
    assert EPOCH == find_epoch(tmp_path, str(EPOCH))


def test_what_is_not_built(tmp_path, capsys, monkeypatch):
    """A folder outside git, one that is not a package, and a full folder for the archives are refused with a reason."""
    need("git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    (tmp_path / "source").mkdir()
    words = ["--source", str(tmp_path / "source"), "--out"]
    assert 2 == main([*words, str(tmp_path / "new")])
    assert 2 == main([*words, str(tmp_path)])
    assert "git ls-files" in (printed := capsys.readouterr().err)
    assert "is not empty" in printed
    subprocess.run(["git", "init", "-q", tmp_path / "source"], check=True)
    with pytest.raises(BuildError, match=r"no pyproject\.toml"):
        build(tmp_path / "source", tmp_path / "work", EPOCH)
    (tmp_path / "source" / "pyproject.toml").write_text("[project]\nname = 3\nversion = ''\n")
    with pytest.raises(BuildError, match="build_sdist failed"):
        build(tmp_path / "source", tmp_path / "again", EPOCH)

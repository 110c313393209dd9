"""The script that tries the project in a Debian of its own. It takes minutes, and is not run here as a whole."""

import shutil
import subprocess

import pytest

SCRIPT = "tools/try_in_debian.sh"


@pytest.fixture
def run_script(root, tmp_path):
    """Run the script where nothing is on PATH but some programs."""

    def run(*arguments, programs=("sh", "dirname", "id")):
        for name in programs:
            (tmp_path / name).symlink_to(shutil.which(name))
        return subprocess.run(
            [root / SCRIPT, *arguments], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
        )

    return run


def test_its_syntax(root):
    """A shell reads all of it."""
    assert 0 == subprocess.run(["sh", "-n", root / SCRIPT], check=False).returncode


def test_without_debootstrap(run_script):
    """One line says what it needs, and nothing is made."""
    done = run_script("trixie")
    assert (2, "", "try_in_debian.sh: it needs root and debootstrap\n") == (done.returncode, done.stdout, done.stderr)


def test_without_a_release(run_script):
    """The shell names the line, and nothing is made."""
    assert 0 != run_script().returncode


def test_a_target_of_make(root):
    """Make hands the release over."""
    done = subprocess.run(["make", "-n", "debian-sid"], cwd=root, capture_output=True, text=True, check=True)
    # Below another make, it says where it is.
    assert "tools/try_in_debian.sh sid" in done.stdout.splitlines()

"""Every way in which people load external checks, with the real `checkov` command."""

import shutil
import subprocess
import sys

import pytest
from pack_records import FAILED, RULE, TERRAFORM, list_ours
from programs import need


def test_directory_of_the_installed_package(checkov, run_command):
    """`--external-checks-dir "$(checkov-keys checks-dir)"`, with all frameworks at once."""
    printed = run_command("checkov-keys", "checks-dir").stdout.strip()
    done, reports = checkov({"main.tf": TERRAFORM}, load=("--external-checks-dir", printed))
    assert (1, FAILED) == (done.returncode, list_ours(reports))
    assert "" == done.stderr


@pytest.fixture
def bare_python(tmp_path, root):
    """A Python that has Checkov, but not this package."""
    folder = tmp_path / "bare"
    folder.mkdir()
    sitecustomize = folder / "sitecustomize.py"
    sitecustomize.write_text(
        "import sys\n"
        f"sys.path = [entry for entry in sys.path if entry != {str(root)!r}]\n"
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in getattr(f, '__module__', '')]\n"
    )
    return folder


@pytest.fixture
def clone(root, tmp_path):
    """A git clone of what is here now, committed or not."""
    need("git")
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", ".*cache*", "__pycache__", "*.egg-info", "node_modules")
    shutil.copytree(root, source, ignore=ignored)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *step], cwd=source, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", source, clone], check=True)
    return clone


@pytest.mark.parametrize("directory", ["checkov_keys/external_checks", "."])
def test_directory_of_a_bare_clone(checkov, clone, bare_python, directory):
    """A clone is enough, with nothing installed."""
    done, reports = checkov(
        {"main.tf": TERRAFORM}, load=("--external-checks-dir", clone / directory), PYTHONPATH=str(bare_python)
    )
    assert (1, FAILED) == (done.returncode, list_ours(reports))
    assert "" == done.stderr


def test_the_bare_python_is_bare(run_command, bare_python):
    """The test above would prove nothing if the package were importable all the same."""
    done = run_command(sys.executable, "-c", "import checkov_keys", PYTHONPATH=str(bare_python))
    assert "ModuleNotFoundError" in done.stderr


def test_git(checkov, clone, bare_python):
    """`--external-checks-git` walks the whole repository; nothing in it disturbs Checkov."""
    done, reports = checkov(
        {"main.tf": TERRAFORM},
        "--skip-path",
        "_checks/",
        load=("--external-checks-git", f"file://{clone}"),
        PYTHONPATH=str(bare_python),
    )
    assert (1, FAILED) == (done.returncode, list_ours(reports))
    assert "" == done.stderr


def test_no_module_replaces_another(root, run_command):
    """Checkov executes every file of a repository as a top-level module named by its stem: none may shadow another.

    The walked folders are on `sys.path` too, so their names count as well.
    """
    package = root / "checkov_keys"
    stems = {path.stem for path in package.rglob("*") if path.suffix == ".py" or path.is_dir()}
    stems = sorted(stem for stem in stems if not stem.startswith("__"))
    script = f"import importlib.util as u; print([s for s in {stems!r} if u.find_spec(s)])"
    done = run_command(sys.executable, "-c", script)
    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_configuration_file(checkov, checks_dir):
    """`.checkov.yaml` loads the pack as the flag does."""
    config = f"external-checks-dir:\n  - {checks_dir}\ncheck:\n  - {RULE}\n"
    done, reports = checkov({"main.tf": TERRAFORM, ".checkov.yaml": config}, load=(), chosen=())
    assert (1, FAILED) == (done.returncode, list_ours(reports))


def test_networkx(checkov):
    """The check reads the graph of either library."""
    flags = ("--framework", "terraform")
    done, reports = checkov({"main.tf": TERRAFORM}, *flags, CHECKOV_GRAPH_FRAMEWORK="NETWORKX")
    assert (1, FAILED) == (done.returncode, list_ours(reports))

"""`checkov-keys fix --write`: a file stays what it is in all but its text, or nothing at all is written."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from fixable_templates import ONE, ONE_ADDRESS, TWO, TWO_ADDRESS, read_files
from programs import need

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.rewriting import rewrite_files

BOTH = ("-d", ".", "--resource", ONE_ADDRESS, TWO_ADDRESS, "--write")
FILES = {"a/one.tf": ONE, "b/two.tf": TWO}
OFF = 'status = "Inactive"'

root_only = pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")


def facts(path):
    """All that is to stay as it is."""
    status = path.stat()
    attributes = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode), attributes


def _mark(path):
    try:
        os.setxattr(path, "user.owner", b"platform team")
    except OSError:
        pytest.skip("this file system has no extended attributes")


def _limit(path):
    """Let one more user read a file, as `setfacl -m u:4712:r` does."""
    # https://docs.kernel.org/filesystems/ext4/attributes.html: version 2, then tag, permissions and id of each entry.
    entries = ((1, 6, -1), (2, 4, 4712), (4, 4, -1), (16, 4, -1), (32, 0, -1))
    packed = b"".join(
        tag.to_bytes(2, "little") + may.to_bytes(2, "little") + (who % 2**32).to_bytes(4, "little")
        for tag, may, who in entries
    )
    try:
        os.setxattr(path, "system.posix_acl_access", b"\x02\0\0\0" + packed)
    except OSError:
        pytest.skip("this file system has no access control lists")


KEPT = {
    "mode": lambda path: path.chmod(0o640),
    "only its owner": lambda path: path.chmod(0o600),
    "anybody may run it": lambda path: path.chmod(0o755),
    "setgid": lambda path: path.chmod(0o2775),
    "extended attributes": _mark,
    "an access control list": _limit,
}
if os.getuid() == 0:
    KEPT["owner and group"] = lambda path: os.chown(path, 4711, 4712)
    KEPT["owner and setgid"] = lambda path: (os.chown(path, 4711, 4712), path.chmod(0o2775))


@pytest.mark.parametrize("change", KEPT.values(), ids=KEPT)
def test_what_is_kept(fix, write_files, change):
    """Owner, group, mode, extended attributes and access control lists are those of before."""
    write_files(FILES, fix.folder)
    change(fix.folder / "a" / "one.tf")
    before = {path: facts(path) for path in read_files(fix.folder)}
    done = fix({}, *BOTH)
    assert 0 == done.returncode, done.stderr
    assert before == {path: facts(path) for path in read_files(fix.folder)}
    assert all(OFF in path.read_text() for path in before)


def test_links_inside(fix, write_files):
    """A symbolic link stays one, and its file is written."""
    write_files({"shared/one.tf": ONE.replace("one", "x"), "shared/keep": ""}, fix.folder)
    (fix.folder / "a").mkdir()
    (fix.folder / "shared" / "one.tf").rename(fix.folder / "shared" / "one.text")
    (fix.folder / "a" / "one.tf").symlink_to("../shared/one.text")
    done = fix({}, "-d", ".", "--resource", ONE_ADDRESS.replace("one", "x"), "--write")
    assert 0 == done.returncode, done.stderr
    assert Path("../shared/one.text") == (fix.folder / "a" / "one.tf").readlink()
    assert OFF in (fix.folder / "shared" / "one.text").read_text()


def _link(path):
    os.link(path, path.with_name("other name"))


def _protect(path):
    path.chmod(0o444)


REFUSED = {
    "hard links": (_link, "it has 2 hard links, and the other names would keep the old text"),
    "read-only": (_protect, "it is read-only"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(fix, write_files, change, said, name):
    """Exit code 2, one line that names the file, and nothing is written, whichever of the files it is."""
    write_files(FILES, fix.folder)
    change(fix.folder / name)
    before = read_files(fix.folder)
    done = fix({}, *BOTH)
    assert (2, "") == (done.returncode, done.stdout)
    assert f"checkov-keys fix: cannot write {fix.folder / name}: {said}; nothing was written\n" == done.stderr
    assert before == read_files(fix.folder)


@pytest.fixture
def public_folder():
    """A folder that other users reach; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@root_only
@pytest.mark.parametrize(
    ("owner", "mode", "said"),
    [
        ((4711, 4999), 0o664, "its owner and group could not be kept"),
        ((0, 4712), 0o664, "its owner and group could not be kept"),
        ((4711, 4712), 0o444, "it is read-only"),
        ((0, 0), 0o644, "it is read-only"),
    ],
)
def test_somebody_else_s_file(write_files, public_folder, owner, mode, said):
    """Whoever may write to a file, but not make another one like it, is refused before anything is written."""
    folder = write_files(FILES, public_folder)
    for path in (folder, folder / "a", folder / "b"):
        os.chown(path, 4711, 4712)
    os.chown(folder / "a" / "one.tf", 4711, 4712)
    os.chown(folder / "b" / "two.tf", *owner)
    (folder / "b" / "two.tf").chmod(mode)
    before = read_files(folder)
    child = os.fork()
    if not child:
        code = 1
        os.setgroups([])
        os.setgid(4712)
        os.setuid(4711)
        try:
            rewrite_files({path: (text.decode(), "x") for path, text in before.items()})
        except UsageError as error:
            code = 0 if f"two.tf: {said}; nothing was written" in str(error) else 2
        os._exit(code)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert before == read_files(folder)


def test_a_folder_that_cannot_be_written_to(fix, write_files):
    """It is named, and the file of the other folder stays as it is."""
    write_files(FILES, fix.folder)
    before = read_files(fix.folder)
    command = 'mount -t tmpfs none b && cp "$0" b/two.tf && mount -o remount,ro b && exec checkov-keys fix "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", command, str(fix.folder / "b" / "two.tf"))
    need("unshare")
    if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode:
        pytest.skip("nobody may mount here")
    (fix.folder / "kept.tf.txt").write_text(TWO)
    prefix = (*prefix[:-1], str(fix.folder / "kept.tf.txt"))
    done = fix.run(*prefix, *BOTH)
    assert 2 == done.returncode, done.stdout
    assert f"checkov-keys fix: cannot write {fix.folder / 'b' / 'two.tf'}: " in done.stderr
    assert before == {path: text for path, text in read_files(fix.folder).items() if path.suffix == ".tf"}

"""Servers that more than one test of the command needs."""

import contextlib
import importlib.util
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

IN_TERMINAL = Path(__file__).parents[1] / "servers" / "in_terminal.py"


def _load(root, stem):
    spec = importlib.util.spec_from_file_location(stem, root / "tests" / "servers" / f"{stem}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def watched_moto(root):
    """Start moto's server with somebody who sees every call: `watched_moto(guard=None)`."""
    module = _load(root, "watched_moto_server")
    with contextlib.ExitStack() as stack:
        yield lambda *guard: stack.enter_context(module.WatchedMotoServer(*guard))


@pytest.fixture
def faulty_moto(root, moto_endpoint):  # noqa: ARG001  # moto_endpoint empties moto
    """Start moto behind a server that delays and breaks: `faulty_moto(faults, delay=…, …)`."""
    module = _load(root, "faulty_moto_server")
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(module.FaultyMotoServer(*args, **settings))


@pytest.fixture
def fill_moto(root):
    """Give an account of moto so many users, every twentieth of which violates the rule."""
    return _load(root, "faulty_moto_server").fill


@pytest.fixture
def untrusted(root):
    """The guard that asks the trust policy of a role whether its caller may assume it."""
    return _load(root, "role_trust").untrusted


@pytest.fixture
def sso_portal(root):
    """Start IAM Identity Center: `sso_portal(tokens, roles, refreshes)`."""
    module = _load(root, "sso_portal_server")
    with contextlib.ExitStack() as stack:
        yield lambda *args: stack.enter_context(module.SsoPortalServer(*args))


class Finished(NamedTuple):
    """How a command ended, and what it wrote to its files and to its terminal."""

    returncode: int
    stdout: str
    stderr: str
    terminal: str = ""


@pytest.fixture
def run_detached(clean_environment, tmp_path):
    """Run a command without a terminal, or at one of its own where `prompt` is awaited and `typed` is answered.

    Standard output and standard error are files, standard input is empty.
    """
    folder = tmp_path / "detached"
    folder.mkdir()

    def run(*command, prompt="", typed=b"", **environment):
        shown = ""
        with contextlib.ExitStack() as stack:
            files = {name: stack.enter_context((folder / name).open("w+")) for name in ("stdout", "stderr")}
            if prompt:
                ours, theirs = pty.openpty()
                stack.callback(os.close, ours)
                command = (sys.executable, IN_TERMINAL, os.ttyname(theirs), *command)
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**clean_environment, **environment},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **files,
            )
            stack.callback(process.kill)
            if prompt:
                shown = _until(ours, lambda text: prompt in text)
                os.write(ours, typed)
                os.close(theirs)
                shown += _until(ours)
            code = process.wait(60)
        return Finished(code, (folder / "stdout").read_text(), (folder / "stderr").read_text(), shown)

    return run


def _until(terminal, done=lambda _: False):
    """Return what the terminal shows until it is `done`, or until nobody has it open any more."""
    text = b""
    while not done(text.decode()):
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"nothing more than {text} within a minute"
        try:
            more = os.read(terminal, 1024)
        except OSError:  # Linux's way to say that it has been closed
            break
        if not more:
            break
        text += more
    return text.decode()

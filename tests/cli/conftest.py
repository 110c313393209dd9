"""Servers that more than one test of the command needs."""

import contextlib
import errno
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

import pytest
from chosen_rules import choose_first_rule
from faulty_moto_server import FaultyMotoServer, fill
from role_trust import untrusted as why_untrusted
from sso_portal_server import SsoPortalServer

IN_TERMINAL = Path(__file__).parents[1] / "servers" / "in_terminal.py"


@pytest.fixture
def faulty_moto(moto_endpoint):  # noqa: ARG001  # moto_endpoint empties moto
    """Start moto behind a server that delays and breaks: `faulty_moto(faults, delay=…, …)`."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(FaultyMotoServer(*args, **settings))


@pytest.fixture
def fill_moto():
    """Give an account of moto so many users, every twentieth of which violates the rule."""
    return fill


@pytest.fixture
def untrusted():
    """The guard that asks the trust policy of a role whether its caller may assume it."""
    return why_untrusted


@pytest.fixture
def sso_portal():
    """Start IAM Identity Center: `sso_portal(tokens, roles, refreshes)`."""
    with contextlib.ExitStack() as stack:
        yield lambda *args: stack.enter_context(SsoPortalServer(*args))


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


@pytest.fixture
def start(clean_environment, aws_environment, tmp_path):
    """Start an audit in an empty folder; returns the process."""
    folder = tmp_path / "waiting"
    folder.mkdir()
    processes = []

    def begin(endpoint, *flags, environment=None, **streams):
        command = ["checkov-keys", "audit", "--endpoint-url", endpoint, *flags, *choose_first_rule(flags)]
        environment = {**clean_environment, **aws_environment, **(environment or {})}
        processes.append(subprocess.Popen(command, cwd=folder, env=environment, **streams))
        return processes[-1]

    begin.folder = folder
    yield begin
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def at_terminal(start):
    """Run an audit whose standard error is a terminal, its output a file; returns exit code and what is shown."""

    def run(endpoint, *flags, **environment):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        process = start(endpoint, *flags, environment=environment, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError as error:  # Linux's way to say that it has been closed
                if error.errno != errno.EIO:
                    raise
                break
            shown += more
        os.close(ours)
        return process.wait(60), shown.decode()

    return run

"""Servers that more than one test of the command needs."""

import contextlib
import importlib.util

import pytest


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
def untrusted(root):
    """The guard that asks the trust policy of a role whether its caller may assume it."""
    return _load(root, "role_trust").untrusted

"""A second emulator of AWS, independent of moto: https://pypi.org/project/ministack."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager

import pytest


@contextmanager
def serve_ministack(**environment):
    """Yield the endpoint of ministack, a program of its own: it needs another botocore than Checkov does.

    Skips the test if it is not here.
    """
    program = os.environ.get("MINISTACK") or shutil.which("ministack")
    if not program:
        pytest.skip("ministack is not here: pip install ministack, in an environment of its own, and set MINISTACK")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "BIND_HOST": "127.0.0.1", **environment}
    process = subprocess.Popen(
        [program],
        env={"PATH": os.environ["PATH"], **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _wait_for(endpoint)
        yield endpoint
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(endpoint):
    end = time.monotonic() + 60
    while not _is_answering(endpoint):
        assert time.monotonic() < end, "ministack does not answer"
        time.sleep(0.2)


def _is_answering(endpoint):
    try:
        urllib.request.urlopen(endpoint, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True

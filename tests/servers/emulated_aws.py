"""The emulated AWS of all tests: the environment that leads to it, and moto's server with an empty account."""

import logging
import urllib.request
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

# The account of the credentials.
OWN = "123456789012"
SECRET, SESSION_TOKEN = "very-secret", "very-session-token"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIATESTING", "AWS_SECRET_ACCESS_KEY": SECRET}
# The same for a client of boto3.
ADMIN = {"aws_access_key_id": "AKIATESTING", "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
# As few attempts as a test can wait for. Adaptive retries slow the next call down for seconds.
FEW_ATTEMPTS = {"AWS_MAX_ATTEMPTS": "2", "AWS_RETRY_MODE": "standard"}


def isolate(home):
    """The environment of somebody with this home, who has no AWS set-up and whose machine has no role."""
    return {
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
    }


def is_personal(name):
    """Whether a variable of whoever runs the tests could lead a test elsewhere."""
    return name.startswith(("AWS_", "BC_", "CKV_", "PYTHON"))


@contextmanager
def serve_empty_account():
    """Yield the endpoint of moto's real server; moto keeps one state per process, whatever the number of servers."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        _empty(endpoint)
        yield endpoint
        _empty(endpoint)
    finally:
        server.stop()


def _empty(endpoint):
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()

"""A server with TLS on loopback whose certificate nobody has signed but itself, as a company's proxy looks to boto3."""

import ipaddress
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from loopback_http import LoopbackServer

_NOW = datetime(2020, 1, 1, tzinfo=timezone.utc)
_LATER = datetime(2099, 1, 1, tzinfo=timezone.utc)


class SelfSignedServer:
    """Answers with `answer(headers, body)` whoever trusts the certificate in the file `certificate`.

    `attempts` counts those who began to connect.
    """

    def __init__(self, folder, answer):
        self.certificate = folder / "certificate.pem"
        self.attempts = 0
        self._lock = threading.Lock()
        key = ec.generate_private_key(ec.SECP256R1())
        self.certificate.write_bytes(_sign(key).public_bytes(serialization.Encoding.PEM))
        secret = folder / "key.pem"
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, secret)
        self._server = LoopbackServer(answer)
        self._server.get_request = self._accept
        self._take = self._server.socket.accept
        self.url = self._server.url.replace("http:", "https:")

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    def _accept(self):
        plain, address = self._take()
        with self._lock:
            self.attempts += 1
        with suppress(OSError):
            return self._context.wrap_socket(plain, server_side=True), address
        plain.close()
        raise OSError("whoever it was does not trust it")


def _sign(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, _NOW, _LATER).add_extension(
        names, critical=False
    )
    return builder.sign(key, hashes.SHA256())

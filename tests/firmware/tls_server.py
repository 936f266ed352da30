"""A TLS server with a certificate of its own authority, made for one test."""

import datetime
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority; `pem` is its certificate, issue(name) gives a server's (certificate, key) PEM."""

    def __init__(self, common_name="Test authority"):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(common_name)
        constraint = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = _certificate(self._name, self._name, self._key.public_key(), constraint).sign(
            self._key, hashes.SHA256())
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, name):
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _certificate(_name(name), self._name, key.public_key(), x509.BasicConstraints(False, None))
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        return certificate, key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class EchoServer:
    """Context manager: a TLS server on 127.0.0.1 that sends each connection's first bytes back; `port`."""

    def __init__(self, authority, name, folder):
        certificate, key = authority.issue(name)
        (folder / "server.pem").write_bytes(certificate + key)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "server.pem")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                connection.settimeout(10)
                with self._context.wrap_socket(connection, server_side=True) as secured:
                    secured.sendall(secured.recv(64))
            except OSError:
                connection.close()


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, issuer, key, constraint):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(constraint, critical=True))

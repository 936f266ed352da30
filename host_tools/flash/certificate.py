"""The certificate of a camera that is no Axis camera: made once, on the host, signed by itself, valid for good.

No authority vouches for it; the workbench remembers it instead (vapix.Pins), over the SSH connection that brings it there.
"""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "control.pem"  # beside settings.json, whose control.certificate names it
_BEGIN = datetime.datetime(2020, 1, 1)
_END = datetime.datetime(9999, 12, 31, 23, 59, 59)  # RFC 5280: of no particular end; cameras may not know the time


def make():
    """A new one with its private key (P-256), as the bytes of a PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Doorlens camera")])
    signed = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
              .serial_number(x509.random_serial_number()).not_valid_before(_BEGIN).not_valid_after(_END)
              .sign(key, hashes.SHA256()))
    return signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def shown(pem):
    """What a TLS server with the PEM file `pem` (bytes) shows: the certificate as DER. Raises ValueError."""
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)

"""The key that signs updates: ECDSA on P-256, the private half encrypted on disk."""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from contract import durable, update
from host_tools.errors import SigningError

PASSWORD_VARIABLE = "DOORLENS_KEY_PASSWORD"
MIN_PASSWORD = 8
PRIVATE, PUBLIC = "keys/signing.pem", "keys/signing.pub"  # in the project's folder
_HASHED = utils.Prehashed(hashes.SHA256())
_HALF = update.SIGNATURE_BYTES // 2


class SigningKey:
    """`public` is the camera's half (65 bytes, uncompressed point), `public_hex` the same for its settings."""

    def __init__(self, private):
        self._private = private
        self.public = private.public_key().public_bytes(serialization.Encoding.X962,
                                                        serialization.PublicFormat.UncompressedPoint)
        self.public_hex = self.public.hex()

    def sign(self, data):
        """64 bytes, r and s big endian, over the SHA-256 of `data`; the same for the same data (RFC 6979)."""
        encoded = self._private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = utils.decode_dss_signature(encoded)
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")

    def encrypted(self, password):
        """PEM, PKCS #8, encrypted with `password` (text)."""
        return self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.BestAvailableEncryption(password.encode()))


def generate():
    """A new SigningKey, on no disk yet."""
    return SigningKey(ec.generate_private_key(ec.SECP256R1()))


def create(folder, password):
    """A new SigningKey in keys/ of the project's `folder`, wholly there or not at all. Never replaces one. Raises SigningError."""
    if len(password) < MIN_PASSWORD:
        raise SigningError(f"the key's password needs at least {MIN_PASSWORD} characters")
    key, path = generate(), Path(folder) / PRIVATE
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists():
            raise SigningError(f"{path} exists: cameras trust it; move it away if a new key is really wanted")
        durable.write(Path(folder) / PUBLIC, (key.public_hex + "\n").encode())
        _write_private(path, key.encrypted(password))
    except OSError as error:
        raise SigningError(f"{path} cannot be written: {error.strerror}") from None
    return key


def _write_private(path, data):
    """The file appears last, whole, and nobody but its owner can ever read it."""
    part = f"{path}{durable.PART}"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    durable.rename(part, str(path))


def load(folder, password):
    """The SigningKey of the project's `folder`. Raises SigningError."""
    path = Path(folder) / PRIVATE
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password.encode())
    except FileNotFoundError:
        raise SigningError(f"{path} is missing: make one with `doorlens keys create`") from None
    except OSError as error:
        raise SigningError(f"{path} cannot be read: {error.strerror}") from None
    except TypeError:
        raise SigningError(f"{path} is not encrypted: make a key with `doorlens keys create`") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError(f"{path} cannot be opened: the password is wrong or the file damaged") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise SigningError(f"{path} is not a key on P-256")
    return SigningKey(private)


def public_hex(folder):
    """The camera's half as hexadecimal text; needs no password. Raises SigningError."""
    path = Path(folder) / PUBLIC
    try:
        text = path.read_text("ascii").strip()
        point(bytes.fromhex(text))
    except FileNotFoundError:
        raise SigningError(f"{path} is missing: make a key with `doorlens keys create`") from None
    except (OSError, ValueError) as error:
        raise SigningError(f"{path} is not a public key: {error}") from None
    return text


def password(ask):
    """The key's password: the variable DOORLENS_KEY_PASSWORD, otherwise what `ask()` returns."""
    return os.environ.get(PASSWORD_VARIABLE) or ask()


def sign(content, kind, sequence, product, key, flags=0):
    """The signed update: header and content (bytes). `key` is a SigningKey; see contract.update for the rest."""
    head = update.pack(kind, sequence, product, len(content), hashlib.sha256(content).digest(),
                       update.key_id(key.public), flags)
    return head + key.sign(head) + content


def point(public):
    """The public key (65 bytes) as `cryptography` has it. Raises ValueError."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def verify(public, digest, signature):
    """What the camera's sign.verify answers: whether `signature` (64 bytes) over `digest` (SHA-256) was made with `public`."""
    r, s = (int.from_bytes(signature[at:at + _HALF], "big") for at in (0, _HALF))
    try:
        point(public).verify(utils.encode_dss_signature(r, s), digest, ec.ECDSA(_HASHED))
    except (InvalidSignature, ValueError):
        return False
    return True

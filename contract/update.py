"""A signed update: a header of 160 bytes and the content, a model file or a firmware executable.

     0   8  b"DLUPDATE"
     8   1  format, 1
     9   1  kind: 1 model, 2 firmware
    10   2  flags: bit 0 = a model that is not compared with the old one during its trial; the rest, and firmware's, 0
    12   4  sequence number, 1..2^30
    16   8  length of the content in bytes
    24  32  SHA-256 of the content
    56  32  product that it may be installed on: a-z 0-9 . _ -, padded with NUL; a model's is the door that it was trained
            for, a firmware's the processor that it was built for, see firmware_product
    88   8  key: the first 8 bytes of the SHA-256 of the public key (65 bytes, uncompressed point)
    96  64  ECDSA P-256 (FIPS 186-5) over the SHA-256 of bytes 0..95: r and s, 32 bytes each, big endian

Numbers are little endian unless said otherwise. To go back, old content is signed anew under a higher number.
"""

import hashlib
import struct

from contract.errors import DoorlensError

MAGIC = b"DLUPDATE"
FORMAT = 1
HEADER_BYTES = 160
SIGNED_BYTES = 96  # of the header
KEY_BYTES = 65
SIGNATURE_BYTES = 64
MODEL = 1
FIRMWARE = 2
NO_COMPARISON = 1  # flag
MAX_SEQUENCE = 1 << 30
MAX_PRODUCT = 32
_LAYOUT = "<8sBBHIQ32s32s8s"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789._-"
_KINDS = {MODEL: "a model", FIRMWARE: "firmware"}
_FLAGS = {MODEL: NO_COMPARISON, FIRMWARE: 0}


class UpdateError(DoorlensError):
    """`code` is one of contract.api.ERRORS."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Header:
    """The header's fields. `signed` is the SHA-256 that `signature` was made over, `digest` that of the whole header."""

    def __init__(self, data):
        (magic, self.format, self.kind, self.flags, self.sequence, self.length, self.sha256, self._product,
         self.key) = struct.unpack(_LAYOUT, data[:SIGNED_BYTES])
        self.signature = data[SIGNED_BYTES:HEADER_BYTES]
        self.signed = hashlib.sha256(data[:SIGNED_BYTES]).digest()
        self.digest = hashlib.sha256(data[:HEADER_BYTES]).digest()

    @property
    def product(self):
        return _text(self._product)

    @property
    def compared(self):
        """Whether the trial compares this model with the old one."""
        return not self.flags & NO_COMPARISON


def is_product(name):
    """Whether `name` may stand in a header."""
    return isinstance(name, str) and 1 <= len(name) <= MAX_PRODUCT and all(letter in _LETTERS for letter in name)


def firmware_product(machine):
    """What firmware for a processor ("armv7", "x86_64") is signed for: it fits every door whose camera trusts the key."""
    return "doorlens-" + machine


def key_id(public_key):
    """Eight bytes that name the public key (65 bytes, uncompressed point)."""
    return hashlib.sha256(public_key).digest()[:8]


def pack(kind, sequence, product, content_length, content_sha256, key, flags=0):
    """The header's first 96 bytes, to be signed. `key` is a key_id. Raises ValueError."""
    if not is_product(product):
        raise ValueError("a product is 1 to %d of a-z 0-9 . _ -: %r" % (MAX_PRODUCT, product))
    if kind not in _KINDS or not 1 <= sequence <= MAX_SEQUENCE or flags & ~_FLAGS[kind] or content_length < 1:
        raise ValueError("kind, sequence, flags or length are out of range")
    if len(content_sha256) != 32 or len(key) != 8:
        raise ValueError("a digest has 32 bytes, a key's name 8")
    name = product.encode()
    return struct.pack(_LAYOUT, MAGIC, FORMAT, kind, flags, sequence, content_length, content_sha256,
                       name + bytes(MAX_PRODUCT - len(name)), key)


def parse(data):
    """The Header at the beginning of `data` (bytes-like), not yet checked against a key. Raises UpdateError."""
    data = bytes(data[:HEADER_BYTES])
    if data[:len(MAGIC)] != MAGIC[:len(data)]:
        raise UpdateError("update_unsigned", "this is not a signed update: sign it with `doorlens push`")
    if len(data) < HEADER_BYTES:
        raise UpdateError("update_truncated", "the update is cut short: it ends inside its header")
    header = Header(data)
    if header.format != FORMAT:
        raise UpdateError("update_format", "the update has format %d, this software knows %d" % (header.format, FORMAT))
    return header


def check(data, expected_kind, product, keys, floor, largest, verify):
    """The Header at the beginning of `data` if it may be installed. Raises UpdateError.

    keys: the public keys that are trusted, 65 bytes each; floor: the lowest sequence number that is taken; largest:
    bytes of content; verify(public_key, sha256_digest, signature) -> bool, the C module's `sign.verify`.
    """
    header = check_signature(data, keys, verify)
    if header.kind != expected_kind or header.flags & ~_FLAGS[expected_kind] or not is_product(header.product):
        raise UpdateError("update_format", "the update is not %s as this software knows it" % _KINDS[expected_kind])
    if header.product != product:
        raise UpdateError("update_product", "the update is for %s, this camera is %s" % (header.product, product))
    if not floor <= header.sequence <= MAX_SEQUENCE:
        raise UpdateError("update_sequence", "the update has number %d, this camera takes %d and above: sign it anew "
                          "under a higher number" % (header.sequence, floor))
    if not 1 <= header.length <= largest:
        raise UpdateError("too_large", "the update's content has %d bytes, at most %d are taken" % (header.length, largest))
    return header


def check_signature(data, keys, verify):
    """The Header at the beginning of `data` if one of `keys` signed it. Raises UpdateError."""
    header = parse(data)
    if not keys:
        raise UpdateError("update_key", "this camera has no public key: set update.key, see `doorlens keys`")
    for key in keys:
        if key_id(key) == header.key:
            if verify(key, header.signed, header.signature):
                return header
            raise UpdateError("update_signature", "the update's signature is wrong: it was changed on its way")
    raise UpdateError("update_key", "the update is signed with a key that this camera does not trust")


def check_content(header, content):
    """Raises UpdateError unless `content` (bytes-like, complete) is what the header was signed for."""
    if len(content) < header.length:
        raise UpdateError("update_truncated", "the update is cut short: %d of %d bytes" % (len(content), header.length))
    if len(content) > header.length or hashlib.sha256(content).digest() != header.sha256:
        raise UpdateError("update_digest", "the update's content is not what was signed: it was changed on its way")


def _text(padded):
    """The product as text; empty if it is not padded as it should be."""
    end = padded.find(b"\0")
    name = padded if end < 0 else padded[:end]
    if end >= 0 and padded[end:] != bytes(len(padded) - end):
        return ""
    try:
        return name.decode()
    except UnicodeError:
        return ""

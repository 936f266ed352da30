"""Right and wrong signatures through sign, for memcheck: prints ok. MicroPython only.

Key and signature: RFC 6979, A.2.5, P-256 with SHA-256, message "sample".
"""

from binascii import unhexlify

import sign

KEY = unhexlify("0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")
DIGEST = unhexlify("af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf")
SIGNATURE = unhexlify("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
                      "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")


def outcome(*arguments):
    """What verify says, or the error's text."""
    try:
        return sign.verify(*arguments)
    except (ValueError, TypeError) as error:
        return str(error)


def flipped(data, at):
    spoilt = bytearray(data)
    spoilt[at] ^= 0x10
    return spoilt


assert outcome(KEY, DIGEST, SIGNATURE) is True
for at in range(0, 65, 8):
    assert outcome(flipped(KEY, at), DIGEST, SIGNATURE) is False
for at in range(0, 32, 8):
    assert outcome(KEY, flipped(DIGEST, at), SIGNATURE) is False
for at in range(0, 64, 8):
    assert outcome(KEY, DIGEST, flipped(SIGNATURE, at)) is False
for wrong in (bytes(64), b"\xff" * 64, SIGNATURE[:32] + bytes(32), bytes(32) + SIGNATURE[32:]):
    assert outcome(KEY, DIGEST, wrong) is False
for wrong in (bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + KEY[1:]):
    assert outcome(wrong, DIGEST, SIGNATURE) is False
assert outcome(KEY[:-1], DIGEST, SIGNATURE) == "sign: a public key has 65 bytes, a digest 32, a signature 64"
assert isinstance(outcome(KEY, 3, SIGNATURE), str)
print("ok")

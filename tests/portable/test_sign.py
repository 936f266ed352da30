"""The camera's sign and the host's keys.verify give the same answers.

Keys and signatures: RFC 6979, A.2.5, P-256 with SHA-256.
"""

import hashlib
from binascii import unhexlify

try:
    from sign import verify
except ImportError:
    from host_tools.keys import verify

ORDER = unhexlify("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")
KEY = unhexlify("0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")
SIGNATURES = {
    b"sample": "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
               "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    b"test": "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
             "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
}
DIGEST = hashlib.sha256(b"sample").digest()
SIGNATURE = unhexlify(SIGNATURES[b"sample"])


def flipped(data, at):
    spoilt = bytearray(data)
    spoilt[at] ^= 1
    return bytes(spoilt)


def test_published_signatures_are_right_for_their_message_only():
    for message, text in SIGNATURES.items():
        for other in SIGNATURES:
            assert verify(KEY, hashlib.sha256(other).digest(), unhexlify(text)) is (other == message)


def test_one_wrong_bit_is_enough():
    for at in range(65):
        assert verify(flipped(KEY, at), DIGEST, SIGNATURE) is False, at
    for at in range(32):
        assert verify(KEY, flipped(DIGEST, at), SIGNATURE) is False, at
    for at in range(64):
        assert verify(KEY, DIGEST, flipped(SIGNATURE, at)) is False, at


def test_numbers_outside_the_group_are_wrong_not_an_error():
    r, s, zero = SIGNATURE[:32], SIGNATURE[32:], bytes(32)
    for wrong in (zero + zero, zero + s, r + zero, ORDER + s, r + ORDER, ORDER + ORDER, b"\xff" * 64):
        assert verify(KEY, DIGEST, wrong) is False
        assert verify(KEY, bytes(32), wrong) is False


def test_key_that_is_no_point_of_the_curve_is_wrong_not_an_error():
    for wrong in (bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + KEY[1:], b"\x06" + KEY[1:]):
        assert verify(wrong, DIGEST, SIGNATURE) is False

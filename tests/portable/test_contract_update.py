import hashlib

from contract import api, update

KEY = b"\x04" + bytes(range(64))
OTHER_KEY = b"\x04" + bytes(64)
CONTENT = bytes(range(200))
SHA256 = hashlib.sha256(CONTENT).digest()
FIELDS = {"kind": update.MODEL, "sequence": 7, "product": "front-door", "content_length": 200, "content_sha256": SHA256,
          "key": update.key_id(KEY)}


def signature(key, digest):
    """In place of ECDSA: what `verify` accepts."""
    return hashlib.sha256(key + digest).digest() + hashlib.sha256(digest + key).digest()


def verify(key, digest, given):
    return given == signature(key, digest)


def signed(**changes):
    head = update.pack(**dict(FIELDS, **changes))
    return head + signature(KEY, hashlib.sha256(head).digest())


def checked(data, expected_kind=update.MODEL, product="front-door", keys=(KEY,), floor=1, largest=1000):
    return update.check(data, expected_kind, product, keys, floor, largest, verify)


def code(function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except update.UpdateError as error:
        text = str(error)
        assert text and "\n" not in text and len(text) < 150 and error.code in api.ERRORS
        return error.code
    return None


def resigned(data):
    """A header whose signed part was changed by the owner of the key."""
    head = bytes(data[:update.SIGNED_BYTES])
    return head + signature(KEY, hashlib.sha256(head).digest())


def test_header_comes_back_as_it_was_packed():
    data = signed(flags=update.NO_COMPARISON)
    assert len(data) == update.HEADER_BYTES and data[:8] == b"DLUPDATE"
    header = checked(data + CONTENT)
    assert (header.kind, header.flags, header.sequence, header.product) == (update.MODEL, 1, 7, "front-door")
    assert (header.length, header.sha256, header.key) == (200, SHA256, update.key_id(KEY))
    assert not header.compared and checked(signed()).compared
    assert header.digest == hashlib.sha256(data).digest() and header.signed == hashlib.sha256(data[:96]).digest()
    update.check_content(header, CONTENT)


def test_layout_is_what_the_page_says():
    data = signed(sequence=0x01020304, product="p" * 32, content_length=0x0102)
    assert data[8:16] == b"\x01\x01\x00\x00\x04\x03\x02\x01" and data[16:24] == b"\x02\x01" + bytes(6)
    assert data[24:56] == SHA256 and data[56:88] == b"p" * 32 and data[88:96] == hashlib.sha256(KEY).digest()[:8]


def test_flipped_bit_anywhere_in_the_header_is_refused():
    good = signed()
    for at in range(update.HEADER_BYTES):
        for bit in range(8):
            spoilt = bytearray(good)
            spoilt[at] ^= 1 << bit
            expected = ("update_unsigned" if at < 8 else "update_format" if at == 8 else "update_key" if 88 <= at < 96
                        else "update_signature")
            assert code(checked, spoilt) == expected, (at, bit)


def test_header_cut_short_anywhere_is_refused():
    good = signed()
    for length in range(update.HEADER_BYTES):
        assert code(checked, good[:length]) == "update_truncated"


def test_what_is_not_signed_is_refused():
    for data in (b"\xff\xd8\xff", b"\x10" + bytes(7) + b"{" + bytes(300), b"DLUPDATX" + bytes(200), b"\x7fELF" + bytes(200)):
        assert code(checked, data) == "update_unsigned"


def test_key_that_is_not_trusted_is_refused():
    assert code(checked, signed(), keys=()) == "update_key"
    assert code(checked, signed(), keys=(OTHER_KEY,)) == "update_key"
    assert code(checked, signed(), keys=(OTHER_KEY, KEY)) is None
    pretended = update.pack(**dict(FIELDS, key=update.key_id(OTHER_KEY)))
    pretended += signature(KEY, hashlib.sha256(pretended).digest())
    assert code(checked, pretended, keys=(OTHER_KEY,)) == "update_signature"


def test_other_product_kind_sequence_and_size_are_refused():
    assert code(checked, signed(), product="back-door") == "update_product"
    assert code(checked, signed(kind=update.FIRMWARE)) == "update_format"
    assert code(checked, signed(), expected_kind=update.FIRMWARE) == "update_format"
    assert code(checked, signed(), floor=8) == "update_sequence" and code(checked, signed(), floor=7) is None
    assert code(checked, signed(content_length=1000)) is None
    assert code(checked, signed(content_length=1001)) == "too_large"
    assert code(checked, signed(content_length=1 << 60)) == "too_large"


def test_signed_nonsense_is_refused():
    for at, expected in ((9, "update_format"), (10, "update_format"), (11, "update_format"), (15, "update_sequence"),
                         (23, "too_large"), (56, "update_format"), (87, "update_format")):
        spoilt = bytearray(signed())
        spoilt[at] |= 0x80
        assert code(checked, resigned(spoilt)) == expected, at
    nothing = bytearray(signed())
    nothing[16] = 0
    assert code(checked, resigned(nothing)) == "too_large"


def test_content_that_was_not_signed_is_refused():
    header = checked(signed())
    assert code(update.check_content, header, CONTENT[:-1]) == "update_truncated"
    assert code(update.check_content, header, b"") == "update_truncated"
    assert code(update.check_content, header, CONTENT + b"x") == "update_digest"
    for at in range(0, len(CONTENT), 7):
        spoilt = bytearray(CONTENT)
        spoilt[at] ^= 1
        assert code(update.check_content, header, memoryview(spoilt)) == "update_digest"


def test_header_that_makes_no_sense_is_not_packed():
    for changes in ({"product": ""}, {"product": "Front"}, {"product": "a" * 33}, {"product": "a b"}, {"kind": 3},
                    {"sequence": 0}, {"sequence": (1 << 30) + 1}, {"content_length": 0}, {"flags": 2},
                    {"content_sha256": bytes(31)}, {"key": bytes(9)}):
        try:
            update.pack(**dict(FIELDS, **changes))
        except ValueError:
            continue
        raise AssertionError(changes)

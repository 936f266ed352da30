from camera_firmware.digest import Credentials, parse_challenge

# The example of RFC 2617, section 3.5.
RFC_CHALLENGE = ('Digest realm="testrealm@host.com", qop="auth,auth-int", '
                 'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"')


def rfc():
    return Credentials("Mufasa", "Circle Of Life", lambda _: b"\x0a\x4f\x11\x3b")


def fields(header):
    return parse_challenge(header)[1]


def test_example_of_the_rfc():
    credentials = rfc()
    assert credentials.authorization("GET", "/dir/index.html") is None
    assert credentials.challenge([RFC_CHALLENGE])
    sent = fields(credentials.authorization("GET", "/dir/index.html"))
    assert sent["response"] == "6629fae49393a05397450978507c4ef1"
    assert (sent["nc"], sent["cnonce"], sent["qop"]) == ("00000001", "0a4f113b", "auth")
    assert sent["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41"


def test_nonce_is_used_again_and_counted():
    credentials = rfc()
    credentials.challenge([RFC_CHALLENGE])
    counts = [fields(credentials.authorization("GET", "/"))["nc"] for _ in range(17)]
    assert counts[0] == "00000001" and counts[16] == "00000011"


def test_sha_256_of_rfc_7616_is_preferred_to_basic():
    credentials = Credentials("Mufasa", "Circle of Life", lambda _: b"1234")
    assert credentials.challenge(['Basic realm="x"', 'Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"'])
    sent = fields(credentials.authorization("GET", "/"))
    assert sent["algorithm"] == "SHA-256" and len(sent["response"]) == 64


def test_without_qop_the_response_is_that_of_rfc_2069():
    credentials = Credentials("Mufasa", "CircleOfLife", lambda _: b"1234")
    credentials.challenge(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'])
    sent = fields(credentials.authorization("GET", "/dir/index.html"))
    assert sent["response"] == "1949323746fe6a43ef61f9606e7febea"  # RFC 2069 with its erratum
    assert "qop" not in sent and "cnonce" not in sent


def test_basic():
    credentials = Credentials("Aladdin", "open sesame", None)
    assert credentials.challenge(['Basic realm="WallyWorld"'])
    assert credentials.authorization("GET", "/") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert not credentials.challenge(['Basic realm="WallyWorld"']), "the same again would be refused again"


def test_second_refusal_is_final_unless_the_nonce_is_stale():
    credentials = rfc()
    assert credentials.challenge([RFC_CHALLENGE])
    assert not credentials.challenge([RFC_CHALLENGE])
    assert credentials.challenge([RFC_CHALLENGE.replace("c093", "c094") + ", stale=true"])


def test_unknown_schemes_and_algorithms_are_not_answered():
    assert not rfc().challenge([])
    assert not rfc().challenge(['Negotiate', 'Digest realm="x", nonce="n", algorithm=SHA-512-256'])


def test_challenge_is_parsed_with_commas_and_escapes_in_quotes():
    scheme, parsed = parse_challenge('DIGEST realm="a, \\"b\\"" ,nonce=abc,  stale=TRUE')
    assert scheme == "digest" and parsed == {"realm": 'a, "b"', "nonce": "abc", "stale": "TRUE"}

"""Digest authentication of the virtual camera."""

import hashlib

import httpx
import pytest

from camera_firmware.digest import Credentials
from host_tools.simcam.digest import DigestRealm, parse_fields

URI = "/axis-cgi/jpg/image.cgi?resolution=640x360"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def realm(clock):
    return DigestRealm("a realm", "root", "pass", monotonic=clock)


def answer(challenge, password="pass", count=1, uri=URI, user="root", method="GET", **changes):
    fields = parse_fields(challenge.partition(" ")[2])
    fields = {"username": user, "realm": fields["realm"], "nonce": fields["nonce"], "uri": uri,
              "algorithm": fields["algorithm"], "qop": "auth", "nc": "%08x" % count, "cnonce": "abc"}
    hasher = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[fields["algorithm"]]

    def digest(*parts):
        return hasher(":".join(parts).encode()).hexdigest()
    ha1, ha2 = digest(user, fields["realm"], password), digest(method, uri)
    fields["response"] = digest(ha1, fields["nonce"], fields["nc"], "abc", "auth", ha2)
    fields.update(changes)
    return "Digest " + ", ".join(f'{key}="{value}"' for key, value in fields.items() if value is not None)


def test_right_answer_is_accepted(realm):
    assert realm.check(answer(realm.challenges()[0]), "GET", URI) == "ok"


def test_sha_256_is_offered_and_accepted(clock):
    realm = DigestRealm("a realm", "root", "pass", ("SHA-256", "MD5"), clock)
    challenges = realm.challenges()
    assert [parse_fields(text[7:])["algorithm"] for text in challenges] == ["SHA-256", "MD5"]
    assert [realm.check(answer(text, count=n), "GET", URI) for n, text in enumerate(challenges)] == ["ok", "ok"]


@pytest.mark.parametrize("changes", [
    {"password": "wrong"}, {"user": "guest"}, {"response": "0" * 32}, {"nonce": "made.up.nonce"}, {"uri": "/other"},
    {"qop": None}, {"qop": "auth-int"}, {"nc": "1"}, {"nc": "zzzzzzzz"}, {"cnonce": None}, {"algorithm": "SHA-256"},
    {"realm": "another"}])
def test_wrong_answers_are_denied(realm, changes):
    own = {key: changes[key] for key in ("password", "user") if key in changes}
    header = answer(realm.challenges()[0], **own, **{k: v for k, v in changes.items() if k not in ("password", "user", "uri")})
    assert realm.check(header, "GET", changes.get("uri", URI)) == "denied"


@pytest.mark.parametrize("header", [None, "", "Basic cm9vdDpwYXNz", "Digest", "Digest nonsense", 'Digest username="root',
                                    "Digest =", 'Digest nonce="é"'])
def test_malformed_headers_are_denied(realm, header):
    assert realm.check(header, "GET", URI) == "denied"


def test_method_is_part_of_the_answer(realm):
    assert realm.check(answer(realm.challenges()[0]), "POST", URI) == "denied"


def test_replayed_count_is_stale_and_a_new_one_accepted(realm):
    challenge = realm.challenges()[0]
    assert [realm.check(answer(challenge, count=n), "GET", URI) for n in (1, 1, 2, 4, 3, 3)] == [
        "ok", "stale", "ok", "ok", "ok", "stale"]


def test_old_nonce_is_stale_only_with_the_right_password(realm, clock):
    challenge = realm.challenges()[0]
    clock.now += 301
    assert realm.check(answer(challenge), "GET", URI) == "stale"
    assert realm.check(answer(challenge, password="wrong"), "GET", URI) == "denied"
    assert "stale=true" in realm.challenges(stale=True)[0]


def test_nonces_of_another_server_are_denied(realm, clock):
    other = DigestRealm("a realm", "root", "pass", monotonic=clock)
    assert realm.check(answer(other.challenges()[0]), "GET", URI) == "denied"


def test_quoted_values_keep_commas_and_escapes():
    assert parse_fields('a="x, \\"y\\"", b=z,c="w"') == {"a": 'x, "y"', "b": "z", "c": "w"}


def test_the_camera_s_own_client_is_accepted(realm):
    credentials = Credentials("root", "pass", lambda count: b"\x01" * count)
    assert credentials.challenge(realm.challenges())
    assert [realm.check(credentials.authorization("GET", URI), "GET", URI) for _ in range(3)] == ["ok"] * 3


def test_httpx_keeps_using_a_nonce(realm):
    answers = []

    def server(request):
        verdict = realm.check(request.headers.get("Authorization"), request.method, request.url.raw_path.decode())
        answers.append(verdict)
        if verdict == "ok":
            return httpx.Response(200)
        return httpx.Response(401, headers={"WWW-Authenticate": realm.challenges(verdict == "stale")[0]})
    with httpx.Client(transport=httpx.MockTransport(server), auth=httpx.DigestAuth("root", "pass"),
                      base_url="http://camera") as client:
        assert [client.get(URI).status_code for _ in range(3)] == [200] * 3
    assert answers == ["denied", "ok", "ok", "ok"]

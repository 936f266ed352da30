"""HTTP authentication of a client: Digest (RFC 7616, qop auth or none) and Basic (RFC 7617)."""

import binascii
import hashlib


def parse_challenge(text):
    """'Digest realm="a, b", qop="auth"' -> ("digest", {"realm": "a, b", "qop": "auth"})."""
    scheme, _, rest = text.strip().partition(" ")
    fields = {}
    while rest:
        key, equals, rest = rest.partition("=")
        if not equals:
            break
        value, rest = _value(rest.lstrip())
        fields[key.strip(" ,\t").lower()] = value
    return scheme.lower(), fields


def _value(text):
    """A quoted or bare value and what follows it."""
    if not text.startswith('"'):
        value, _, rest = text.partition(",")
        return value.strip(), rest
    value, i = "", 1
    while i < len(text) and text[i] != '"':
        if text[i] == "\\":
            i += 1
        value += text[i:i + 1]
        i += 1
    return value, text[i + 1:]


class Credentials:
    """Answers a server's challenge, then signs every request ahead with the nonce it knows.

    `random_bytes` is os.urandom or a stand-in.
    """

    def __init__(self, user, password, random_bytes):
        self._user = user
        self._password = password
        self._random = random_bytes
        self._fields = None
        self._basic = False
        self._count = 0

    def challenge(self, headers):
        """Takes the WWW-Authenticate values of a 401. False: it cannot be answered (again)."""
        challenges = [parse_challenge(header) for header in headers]
        for scheme, fields in challenges:
            if scheme == "digest" and _algorithm(fields)[0] and "nonce" in fields:
                again = self._fields is not None and fields.get("stale", "").lower() != "true"
                same = again and self._fields["nonce"] == fields["nonce"]
                self._fields, self._basic, self._count = fields, False, 0
                return not same
        repeated = self._basic
        self._basic = any(scheme == "basic" for scheme, _ in challenges)
        return self._basic and not repeated

    def authorization(self, method, uri):
        """The Authorization header's value, or None before the first challenge."""
        if self._basic:
            pair = ("%s:%s" % (self._user, self._password)).encode()
            return "Basic " + binascii.b2a_base64(pair).decode().strip()
        return self._digest(method, uri) if self._fields else None

    def _digest(self, method, uri):
        fields = self._fields
        hasher, session = _algorithm(fields)
        self._count += 1
        nonce, count, cnonce = fields["nonce"], "%08x" % self._count, binascii.hexlify(self._random(8)).decode()
        realm = fields.get("realm", "")
        ha1 = _hex(hasher, "%s:%s:%s" % (self._user, realm, self._password))
        if session:
            ha1 = _hex(hasher, "%s:%s:%s" % (ha1, nonce, cnonce))
        ha2 = _hex(hasher, "%s:%s" % (method, uri))
        with_qop = "auth" in [qop.strip() for qop in fields.get("qop", "").split(",")]
        middle = "%s:%s:%s:auth" % (nonce, count, cnonce) if with_qop else nonce
        parts = ['username="%s"' % _quoted(self._user), 'realm="%s"' % _quoted(realm), 'nonce="%s"' % _quoted(nonce),
                 'uri="%s"' % uri, 'response="%s"' % _hex(hasher, "%s:%s:%s" % (ha1, middle, ha2))]
        if "algorithm" in fields:
            parts.append("algorithm=" + fields["algorithm"])
        if "opaque" in fields:
            parts.append('opaque="%s"' % _quoted(fields["opaque"]))
        if with_qop:
            parts.append("qop=auth, nc=%s" % count)
        if with_qop or session:
            parts.append('cnonce="%s"' % cnonce)
        return "Digest " + ", ".join(parts)


def _algorithm(fields):
    """(hash constructor or None if this machine has none, session variant?)."""
    name = fields.get("algorithm", "MD5").lower()
    session = name.endswith("-sess")
    name = name[:-5] if session else name
    return getattr(hashlib, {"md5": "md5", "sha-256": "sha256"}.get(name, "none"), None), session


def _hex(hasher, text):
    return binascii.hexlify(hasher(text.encode()).digest()).decode()


def _quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')

"""The server's side of HTTP digest authentication (RFC 7616): qop=auth, nonce counts, stale nonces."""

import hashlib
import hmac
import secrets
import time

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_NONCE_LIFETIME_S = 300
_KEPT_NONCES = 1024


def parse_fields(text):
    """'username="a b", nc=00000001' -> {"username": "a b", "nc": "00000001"}; ValueError if malformed."""
    fields, i = {}, 0
    while i < len(text):
        key, equals, _ = text[i:].partition("=")
        if not equals:
            raise ValueError("a field without a value")
        i += len(key) + 1
        value, i = _value(text, i)
        fields[key.strip(" ,\t").lower()] = value
        while i < len(text) and text[i] in " ,\t":
            i += 1
    return fields


def _value(text, i):
    if i < len(text) and text[i] == '"':
        value, i = "", i + 1
        while i < len(text) and text[i] != '"':
            i += text[i] == "\\"
            value += text[i:i + 1]
            i += 1
        if i >= len(text):
            raise ValueError("an unfinished quoted value")
        return value, i + 1
    end = text.find(",", i)
    end = len(text) if end < 0 else end
    return text[i:end].strip(), end


class DigestRealm:
    """Checks the Authorization headers of one user.

    `algorithms` are offered in this order, each in a challenge of its own; `monotonic` gives seconds.
    """

    def __init__(self, realm, user, password, algorithms=("MD5",), monotonic=time.monotonic):
        self._realm, self._user, self._password = realm, user, password
        self._algorithms, self._monotonic = algorithms, monotonic
        self._secret = secrets.token_bytes(16)
        self._counts = {}

    def challenges(self, stale=False):
        """Values for WWW-Authenticate, one an algorithm."""
        nonce = self._new_nonce()
        return ['Digest realm="%s", nonce="%s", algorithm=%s, qop="auth", stale=%s'
                % (self._realm, nonce, name, "true" if stale else "false") for name in self._algorithms]

    def check(self, header, method, uri):
        """"ok", "stale" (right answer to an old nonce) or "denied". `uri` is the request target as sent."""
        scheme, _, rest = (header or "").strip().partition(" ")
        if scheme.lower() != "digest":
            return "denied"
        try:
            fields = parse_fields(rest)
            right = self._answers(fields, method, uri)
        except (ValueError, KeyError):
            return "denied"
        if not right:
            return "denied"
        return "ok" if self._fresh(fields["nonce"], int(fields["nc"], 16)) else "stale"

    def _answers(self, fields, method, uri):
        algorithm = fields.get("algorithm", "MD5")
        if algorithm not in self._algorithms or fields["qop"] != "auth" or len(fields["nc"]) != 8:
            return False
        if fields["username"] != self._user or fields["realm"] != self._realm or fields["uri"] != uri:
            return False
        ours = self._is_ours(fields["nonce"])
        int(fields["nc"], 16)
        ha1 = self._hash(algorithm, self._user, self._realm, self._password)
        ha2 = self._hash(algorithm, method, uri)
        wanted = self._hash(algorithm, ha1, fields["nonce"], fields["nc"], fields["cnonce"], "auth", ha2)
        return ours and hmac.compare_digest(wanted, fields["response"])

    def _hash(self, algorithm, *parts):
        return _HASHES[algorithm](":".join(parts).encode()).hexdigest()

    def _sign(self, stamp):
        return hmac.new(self._secret, stamp.encode(), hashlib.sha256).hexdigest()[:32]

    def _new_nonce(self):
        stamp = "%x.%s" % (int(self._monotonic() * 1000), secrets.token_hex(4))
        return stamp + "." + self._sign(stamp)

    def _is_ours(self, nonce):
        stamp, _, signature = nonce.rpartition(".")
        return hmac.compare_digest(self._sign(stamp).encode(), signature.encode())

    def _fresh(self, nonce, count):
        """A nonce is good for its lifetime, and each of its counts for one request."""
        age_s = self._monotonic() - int(nonce.partition(".")[0], 16) / 1000
        last, seen = self._counts.get(nonce, (0, frozenset()))
        if age_s > _NONCE_LIFETIME_S or count in seen or count < last - 64:
            return False
        last = max(last, count)
        self._counts.pop(nonce, None)
        self._counts[nonce] = (last, frozenset(c for c in seen if c >= last - 64) | {count})
        while len(self._counts) > _KEPT_NONCES:
            del self._counts[next(iter(self._counts))]
        return True

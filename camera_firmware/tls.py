"""How the other side of an encrypted connection proves who it is."""


class Tls:
    """By a certificate that those in the file `ca` (PEM or DER) vouch for and that bears its name or address; with `ca` None
    it need not: cameras sign their own."""

    def __init__(self, ca=None):
        self._ca = ca
        self._context = None

    def context(self):
        """The ssl.SSLContext, made once. Raises OSError or ValueError where the file is of no use."""
        if not self._context:
            self._context = _context(self._ca)
        return self._context


UNVERIFIED = Tls()


def tls(section, directory):
    """The Tls of a section of the settings with "verify" and "ca", a path that may be relative to `directory`."""
    if not section["verify"]:
        return UNVERIFIED
    return Tls(section["ca"] if section["ca"].startswith("/") else directory + "/" + section["ca"])


def _context(ca):
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not ca:
        context.verify_mode = ssl.CERT_NONE
        return context
    context.verify_mode = ssl.CERT_REQUIRED
    with open(ca, "rb") as file:
        try:
            context.load_verify_locations(file.read())
        except ValueError:
            raise ValueError("%s holds no certificate" % ca)
    return context

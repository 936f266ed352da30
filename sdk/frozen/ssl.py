# CPython's name for MicroPython's tls module.
from tls import *


def create_default_context(cafile=None, cadata=None):
    """Client context that verifies the server's certificate and name.

    cafile: path of a PEM or DER file with the trusted authorities; cadata: the same as bytes.
    """
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.verify_mode = CERT_REQUIRED
    if cafile is not None:
        with open(cafile, "rb") as file:
            cadata = file.read()
    if cadata is not None:
        context.load_verify_locations(cadata)
    return context

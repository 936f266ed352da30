"""Cameras that announce themselves on the local network: DNS service discovery over multicast (RFC 6762, RFC 6763).

Axis cameras announce _axis-video._tcp; a Doorlens camera that announces its control API does so as _doorlens._tcp.
"""

import ipaddress
import time
from dataclasses import dataclass

from host_tools.errors import CameraError

AXIS, DOORLENS = "_axis-video._tcp.local.", "_doorlens._tcp.local."
_ASK_MS = 2000  # for address and port of one that was heard


@dataclass(frozen=True, order=True)
class Announcement:
    """One service heard. kind: "axis" or "doorlens"; name: as announced; url: of its web server or its control API."""

    kind: str
    name: str
    url: str


def listen(seconds, interfaces=None):
    """[Announcement] heard within `seconds`, sorted. interfaces: addresses of this machine's, by default all.

    Raises CameraError if the network cannot be listened to.
    """
    from zeroconf import BadTypeInNameException, InterfaceChoice, ServiceBrowser, ServiceListener, Zeroconf

    class Heard(ServiceListener):
        def __init__(self):
            self.found = []

        def add_service(self, network, kind, name):
            self.found.append((kind, name))

        def update_service(self, network, kind, name):
            pass

        remove_service = update_service

    try:
        network = Zeroconf(interfaces=interfaces or InterfaceChoice.All)
    except OSError as error:
        raise CameraError(f"this machine's network cannot be listened to ({error.strerror}): is it connected?") from None
    try:
        heard = Heard()
        ServiceBrowser(network, [AXIS, DOORLENS], heard)
        time.sleep(seconds)
        answers = [(kind, name, network.get_service_info(kind, name, _ASK_MS)) for kind, name in list(heard.found)]
    except BadTypeInNameException as error:
        raise CameraError(f"a name on the network cannot be read: {error}") from None
    finally:
        network.close()
    return sorted({made for kind, name, info in answers if info for made in _announcements(kind, name, info)})


def _announcements(kind, name, info):
    """One an address; an address of the link alone (fe80:...) is of no use in a URL."""
    for address in map(ipaddress.ip_address, info.parsed_addresses()):
        if not address.is_link_local:
            host = f"[{address}]" if address.version == 6 else str(address)
            scheme = "https" if info.properties.get(b"tls") == b"1" else "http"
            yield Announcement("axis" if kind == AXIS else "doorlens", name.removesuffix("." + kind), f"{scheme}://{host}:{info.port}")
            return

"""The camera's own announcement of its control API, heard by python-zeroconf on the loopback."""

import json
import socket

from camera_process import TOKEN, CameraProcess

from host_tools import discover
from host_tools.camera_client import CameraClient
from host_tools.flash import certificate
from host_tools.vapix import Pins

LOOPBACK = ["127.0.0.1"]


class Announced(CameraProcess):
    def __init__(self, folder, name, **control):
        super().__init__(folder, {"camera": name, "source": {"type": "folder", "path": "."}})
        self.settings["control"].update(announce=True, **control)
        (self.folder / "settings.json").write_text(json.dumps(self.settings))


def heard(name):
    """What is announced under that name; multicast may be lost, so it is listened for more than once."""
    for _ in range(10):
        found = [one for one in discover.listen(1.5, LOOPBACK) if (one.kind, one.name) == ("doorlens", name)]
        if found:
            return found
    return []


def test_camera_is_discovered_and_answers_where_it_says(tmp_path):
    with Announced(tmp_path / "camera", "test_Announced") as camera:
        assert heard("test_Announced") == [discover.Announcement("doorlens", "test_Announced", f"http://127.0.0.1:{camera.port}")]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rubbish:  # broken packets do it no harm
            rubbish.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOOPBACK[0]))
            for packet in (b"", b"x", bytes(12) + b"\xc0\x0c", b"\0\0\0\0\xff\xff" + bytes(6) + b"\xc0\x0c" * 600):
                rubbish.sendto(packet, ("224.0.0.251", 5353))
        assert heard("test_Announced") and "Traceback" not in camera.log and TOKEN not in camera.log


def test_camera_with_a_certificate_is_announced_as_https(tmp_path):
    (tmp_path / "camera").mkdir()
    (tmp_path / "camera" / "control.pem").write_bytes(certificate.make())
    camera = Announced(tmp_path / "camera", "test-with-TLS", certificate="control.pem")
    camera.answers = lambda: ", TLS" in camera.log
    with camera:
        found = heard("test-with-TLS")
        assert [one.url for one in found] == [f"https://127.0.0.1:{camera.port}"]
        with CameraClient(found[0].url, TOKEN, pins=Pins(tmp_path / "pins.json")) as client:
            assert client.status()["camera"] == "test-with-TLS"


def test_camera_that_is_not_told_to_announces_nothing(tmp_path):
    with CameraProcess(tmp_path / "camera", {"camera": "silent", "source": {"type": "folder", "path": "."}}):
        assert not [one for one in discover.listen(1.0, LOOPBACK) if one.name == "silent"]


def test_camera_without_multicast_says_so_once_and_goes_on(tmp_path):
    with Announced(tmp_path / "camera", "deaf", host="localhost") as camera:
        camera.wait_log("localhost is no IPv4 address")
        assert camera.status["camera"] == "deaf" and camera.log.count("nobody can be told") == 1

"""The firmware in a root file system that holds nothing but itself, resolv.conf and hosts."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from name_server import NameServer  # noqa: E402
from tls_server import Authority, EchoServer  # noqa: E402

IN_HOSTS, IN_DNS = "hosts.doorlens.test", "dns.doorlens.test"

RESOLVE = "import socket; print(list(socket.getaddrinfo('{name}', 1)[0][-1][4:8]))"

CONNECT = """
import socket, ssl
address = socket.getaddrinfo("{name}", {port})[0][-1]
plain = socket.socket()
plain.connect(address)
secured = ssl.create_default_context(cadata={authority}).wrap_socket(plain, server_hostname="{expected}")
secured.write(b"knock")
print(secured.read(5))
"""

# Runs the executable (argv[2:]) with argv[1] as its root; the emulator is reached through an open file, so that
# nothing of it lies in the new root.
CHROOT = """
import os, sys
root, emulator, *command = sys.argv[1:]
if emulator:
    descriptor = os.open(emulator, os.O_RDONLY | os.O_CLOEXEC)
    command.insert(0, emulator)
os.chroot(root)
os.chdir("/")
os.execve(descriptor if emulator else command[0], command, {})
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root")


class Root:
    def __init__(self, folder, camera):
        self.folder = folder
        self.emulator = shutil.which("qemu-arm-static") if camera.emulator else ""
        if self.emulator is None:
            pytest.skip("qemu-arm-static is missing: install qemu-user-static")
        (folder / "etc").mkdir(parents=True)
        (folder / "etc" / "hosts").write_text(f"127.0.0.1 {IN_HOSTS}\n")
        (folder / "etc" / "resolv.conf").write_text(f"nameserver {NameServer.address}\n")
        shutil.copy(camera.path, folder / "doorlens-camera")

    def run(self, code):
        command = [sys.executable, "-c", CHROOT, str(self.folder), self.emulator, "/doorlens-camera", "-c", code]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.fixture
def root(camera, tmp_path):
    return Root(tmp_path / "root", camera)


@pytest.fixture
def name_server():
    try:
        server = NameServer(IN_DNS)
    except OSError as error:
        pytest.skip(f"port 53 of {NameServer.address} cannot be bound: {error}")
    with server:
        yield server


@pytest.fixture(scope="module")
def authority():
    return Authority()


def connect(root, server, authority, name=IN_HOSTS, expected=IN_HOSTS):
    return root.run(CONNECT.format(name=name, port=server.port, authority=authority.pem, expected=expected))


def test_root_holds_nothing_else(root):
    files = {str(path.relative_to(root.folder)) for path in root.folder.rglob("*") if path.is_file()}
    assert files == {"doorlens-camera", "etc/hosts", "etc/resolv.conf"}


@pytest.mark.parametrize("name", [IN_HOSTS, IN_DNS])
def test_name_resolves(root, name_server, name):
    result = root.run(RESOLVE.format(name=name))
    assert (result.returncode, result.stdout) == (0, "[127, 0, 0, 1]\n"), result.stderr


def test_unknown_name_is_an_os_error(root, name_server):
    result = root.run(RESOLVE.format(name="nowhere.doorlens.test"))
    assert result.returncode == 1
    assert "OSError" in result.stderr


def test_cameras_own_name_service_plugins_are_not_asked(root, name_server):
    (root.folder / "etc" / "nsswitch.conf").write_text("hosts: nonesuch [NOTFOUND=return UNAVAIL=return]\n")
    result = root.run(RESOLVE.format(name=IN_DNS))
    assert (result.returncode, result.stdout) == (0, "[127, 0, 0, 1]\n"), result.stderr


def test_tls_connection_opens_to_a_verified_server(root, authority, tmp_path):
    with EchoServer(authority, IN_HOSTS, tmp_path) as server:
        result = connect(root, server, authority)
    assert (result.returncode, result.stdout) == (0, "b'knock'\n"), result.stderr


def test_tls_refuses_a_server_of_another_authority(root, authority, tmp_path):
    with EchoServer(Authority("Somebody else"), IN_HOSTS, tmp_path) as server:
        result = connect(root, server, authority)
    assert result.returncode == 1 and "knock" not in result.stdout
    assert "not correctly signed by the trusted CA" in result.stderr


def test_tls_refuses_a_certificate_of_another_name(root, authority, tmp_path):
    with EchoServer(authority, "other.doorlens.test", tmp_path) as server:
        result = connect(root, server, authority)
    assert result.returncode == 1 and "knock" not in result.stdout
    assert "does not match with the expected CN" in result.stderr

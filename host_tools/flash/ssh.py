"""Flashing over SSH, for ARMv7 Linux that is no Axis camera: the tarball and its install.sh.

Only a shell is needed over there; the file goes through its standard input, since small systems have no SFTP server.
"""

import asyncio
import hashlib
import shlex
from dataclasses import dataclass

import asyncssh

from host_tools.flash import certificate
from host_tools.flash.errors import FlashError
from host_tools.flash.package import older
from host_tools.vapix.errors import PinError

_RUNS_ON = {"armv7hf": ("armv7l", "armv8l", "aarch64"), "x86_64": ("x86_64",)}
_TIMES_UNPACKED = 5  # room: the tarball, what is in it, the new and the old executable
_PIECE = 32768
_CONNECT_S, _COMMAND_S = 30, 300
_VERSION = "-c 'import camera_firmware; print(camera_firmware.__version__)'"


@dataclass(frozen=True)
class Target:
    """Where to: `port` 22 as a rule; `password` None for the user's own keys. `root` is install.sh's DOORLENS_ROOT."""

    host: str
    port: int
    user: str
    password: str | None
    root: str = ""


def plan(target, pins, package, downgrade=False):
    """Steps, for people. Changes nothing; raises FlashError, PinError."""
    return asyncio.run(_with(target, pins, lambda shell: _plan(shell, package, downgrade)))


def install(target, pins, package, settings=None, progress=None, certified_port=None):
    """Sends, installs and starts; what install.sh says. settings: text of settings.json or None. Raises FlashError, PinError.

    certified_port: of a control API that speaks TLS with a certificate of ours. The camera gets one if it has none, and
    `pins` expects it there from now on.
    """
    async def work(shell):
        if certified_port is not None:
            shown = certificate.shown(await _certificate(shell))
            pins.expect(f"https {target.host}:{certified_port}", shown)
        return await _install(shell, package, settings, progress or (lambda sent: None))
    return asyncio.run(_with(target, pins, work))


async def _plan(shell, package, downgrade):
    machine = await shell.run("uname -m")
    if machine not in _RUNS_ON[package.architecture]:
        raise FlashError(f"{shell.name} is {machine}, and {package.path.name} runs on {', '.join(_RUNS_ON[package.architecture])}: "
                         "nothing was sent")
    current = shlex.quote(shell.target.root + "/usr/local/lib/doorlens/doorlens-camera")
    version = await shell.run(f"[ -x {current} ] && {current} {_VERSION} || true")
    if version and older(package.version, version) and not downgrade:
        raise FlashError(f"{shell.name} has version {version}, which is newer than {package.version}: "
                         "put the older one there with --downgrade")
    free = int(await shell.run(f"df -Pk {shlex.quote(shell.target.root or '/usr')} | awk 'NR == 2 {{ print $4 }}'")) * 1024
    if free < _TIMES_UNPACKED * len(package.data):
        raise FlashError(f"{shell.name} has {free} bytes free and {_TIMES_UNPACKED * len(package.data)} are needed: "
                         "remove something there; nothing was sent")
    if shell.target.user != "root" and not shell.target.root:
        await shell.run("sudo -n true", f"{shell.target.user} may not use sudo without a password on {shell.name}: log in as root")
    return [f"{machine}, {free} bytes free", f"install {package.path.name}, {len(package.data)} bytes"
            + (f" over version {version}, which is kept" if version else ""), "start it"]


async def _install(shell, package, settings, progress):
    folder = await shell.run("mktemp -d")
    try:
        file = f"{folder}/package.tar.gz"
        await shell.send(f"cat > {file}", package.data, progress)
        found = (await shell.run(f"sha256sum {file}")).split()[0]
        if found != hashlib.sha256(package.data).hexdigest():
            raise FlashError(f"the package did not reach {shell.name} whole: try again")
        await shell.run(f"cd {folder} && tar xzf package.tar.gz")
        if settings is not None:
            await shell.keep("settings.json", settings.encode())
        root = f"export DOORLENS_ROOT={shlex.quote(shell.target.root)}; " if shell.target.root else ""
        return await shell.run(shell.as_root(f"{root}cd {folder}/doorlens-* && sh install.sh"))
    finally:
        await shell.run(f"rm -rf {folder}")


async def _certificate(shell):
    """The PEM bytes of the certificate that is there, or that is there now; the private key does not come back."""
    file = f"{shell.state}/{certificate.NAME}"
    there = await shell.run(shell.as_root(f"[ ! -s {file} ] || sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' {file}"))
    if there:
        return there.encode()
    made = certificate.make()
    await shell.keep(certificate.NAME, made)
    return made


class _Shell:
    """Commands on the other side, each in a shell of its own."""

    def __init__(self, connection, target):
        self._connection, self.target = connection, target
        self.name = f"ssh://{target.host}:{target.port}"
        self.state = shlex.quote(target.root + "/var/lib/doorlens")

    def as_root(self, command):
        return command if self.target.user == "root" or self.target.root else f"sudo -n sh -c {shlex.quote(command)}"

    async def run(self, command, complaint=None):
        """What it prints, without the last newline. Raises FlashError."""
        done = await self._connection.run(command, timeout=_COMMAND_S)
        if done.exit_status != 0:
            said = (done.stderr or "").strip().splitlines() or [f"status {done.exit_status}"]
            raise FlashError(complaint or f"{self.name}: {said[-1]}")
        return done.stdout.strip()

    async def keep(self, name, data):
        """Writes a file of the application's folder, whole or not at all, for its owner alone to read."""
        part = f"{self.state}/{name}.part"
        owner = f"$(ls -ldn {self.state}/. | awk '{{ print $3 \":\" $4 }}')"  # with systemd a user of its own
        await self.send(self.as_root(f"umask 077; mkdir -p {self.state} && cat > {part} && chown {owner} {part} && "
                                     f"mv {part} {self.state}/{name}"), data)

    async def send(self, command, data, progress=lambda sent: None):
        """Runs `command` with `data` as its input."""
        async with self._connection.create_process(command, encoding=None) as process:
            for start in range(0, len(data), _PIECE):
                process.stdin.write(data[start:start + _PIECE])
                await process.stdin.drain()
                progress(min(start + _PIECE, len(data)))
            process.stdin.write_eof()
            done = await process.wait(timeout=_COMMAND_S)
        if done.exit_status != 0:
            said = (done.stderr or b"").decode("utf-8", "replace").strip().splitlines() or [f"status {done.exit_status}"]
            raise FlashError(f"{self.name}: {said[-1]}")


async def _with(target, pins, work):
    """`work(shell)` on a connection whose host key is the one of the first time."""
    where, refused = f"ssh {target.host}:{target.port}", []

    class Client(asyncssh.SSHClient):
        def validate_host_public_key(self, host, addr, port, key):
            try:
                pins.check(where, key.public_data)
            except PinError as error:
                refused.append(error)
            return not refused

    options = {"password": target.password, "client_keys": None} if target.password else {}
    try:
        async with asyncio.timeout(_CONNECT_S):
            connection = await asyncssh.connect(target.host, target.port, username=target.user, known_hosts=([], [], []),
                                                client_factory=Client, config=None, **options)
    except asyncssh.PermissionDenied:
        raise FlashError(f"ssh://{target.host} refuses {target.user}: check the password or the key") from None
    except (asyncssh.Error, OSError, TimeoutError) as error:
        if refused:
            raise refused[0] from None
        raise FlashError(f"ssh://{target.host}:{target.port} cannot be reached ({error or 'no answer'})") from None
    try:
        async with connection:
            return await work(_Shell(connection, target))
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise FlashError(f"the connection to ssh://{target.host} was lost ({error}): run this again, what was there is whole") from None

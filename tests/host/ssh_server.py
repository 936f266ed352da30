"""asyncssh's own server on loopback: its commands run in this machine's shell."""

import asyncio
import threading

import asyncssh


class SshServer:
    """A context manager. user "root", password "pass". `answers` replaces what a command prints: {part of it: text}.

    `commands` is what was asked; a connection ends without an answer when `cut` is in a command.
    """

    def __init__(self, answers=None, cut=None, port=0):
        self.answers, self.cut, self.port, self.commands = answers or {}, cut, port, []
        self._started, self._loop, self._thread = threading.Event(), None, threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._started.wait(30)
        return self

    def __exit__(self, *exception):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self):
        asyncio.run(self._serve())

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()

        class Server(asyncssh.SSHServer):
            def begin_auth(self, username):
                return True

            def password_auth_supported(self):
                return True

            def validate_password(self, username, password):
                return (username, password) == ("root", "pass")
        key = asyncssh.generate_private_key("ssh-ed25519")
        server = await asyncssh.create_server(Server, "127.0.0.1", self.port, server_host_keys=[key], encoding=None,
                                              process_factory=self._process)
        self.port = server.get_port()
        self._started.set()
        await self._stop.wait()
        server.close()
        await server.wait_closed()

    async def _process(self, process):
        command = process.command
        self.commands.append(command)
        if self.cut and self.cut in command:
            process.channel.get_connection().abort()
            return
        for part, text in self.answers.items():
            if part in command:
                process.stdout.write(text.encode())
                process.exit(0)
                return
        child = await asyncio.create_subprocess_exec(
            "sh", "-c", command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        data = await process.stdin.read() if command.startswith("cat >") or "&& cat >" in command else b""
        out, err = await child.communicate(data)
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(child.returncode)

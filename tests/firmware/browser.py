"""Chromium without a window, for a test: pages, what they say, pictures of them. Driven by the DevTools protocol."""

import asyncio
import base64
import itertools
import pathlib
import shutil
import subprocess
import time

import aiohttp
import pytest

PATIENCE_S = 180


def executable():
    """Chromium's path; skips the test where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or pytest.skip("chromium is missing")


class Browser:
    """A context manager. `complaints` is what the page's console and the browser's log had to say."""

    def __init__(self, folder, width=1280, height=800):
        self.complaints = []
        self._folder = pathlib.Path(folder)
        self._size = width, height
        self._numbers = itertools.count(1)
        self._loop = asyncio.new_event_loop()

    def __enter__(self):
        words = [executable(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
                 "--disable-dev-shm-usage", "--no-proxy-server", "--remote-debugging-port=0", f"--user-data-dir={self._folder}",
                 "--window-size=%d,%d" % self._size, "about:blank"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._loop.run_until_complete(self._connect())
        except BaseException:
            self._process.kill()
            raise
        self("Page.enable")
        self("Runtime.enable")
        self("Log.enable")
        return self

    def __exit__(self, *exception):
        self._loop.run_until_complete(self._session.close())
        self._loop.close()
        self._process.kill()
        self._process.wait()

    async def _connect(self):
        port = self._folder / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE_S
        while not (port.exists() and port.read_text().count("\n")):
            assert self._process.poll() is None and time.monotonic() < deadline, "chromium does not start"
            await asyncio.sleep(0.05)
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port.read_text().split()[0]}/json/list") as answer:
            page = next(target for target in await answer.json() if target["type"] == "page")
        self._socket = await self._session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0)

    def __call__(self, method, **parameters):
        """The result of a command of the DevTools protocol."""
        return self._loop.run_until_complete(asyncio.wait_for(self._command(method, parameters), PATIENCE_S))

    async def _command(self, method, parameters):
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json()
            self._note(message)
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def _note(self, message):
        if message.get("method") == "Log.entryAdded":
            self.complaints.append(message["params"]["entry"]["text"])
        elif message.get("method") == "Runtime.consoleAPICalled" and message["params"]["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(message["params"]["args"]))
        elif message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(message["params"]["exceptionDetails"]))

    def open(self, url):
        self("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def value(self, expression):
        """Of a JavaScript expression, a promise's too."""
        result = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, expression):
        """Until it is true."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.value(expression):
            assert time.monotonic() < deadline, f"never: {expression}; the page says: {self.value('document.body.innerText')}"
            time.sleep(0.1)

    def text(self, element=None):
        """What a person reads in the element of this id, or on the whole page."""
        return self.value(f"document.getElementById({element!r}).innerText" if element else "document.body.innerText")

    def type(self, element, text):
        self.value(f"document.getElementById({element!r}).focus()")
        self("Input.insertText", text=text)

    def press_enter(self):
        for kind in ("keyDown", "keyUp"):
            self("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")

    def resize(self, width, height, phone=False, scale=1):
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone)

    def picture(self, path, whole=True):
        """A PNG of the page."""
        data = self("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

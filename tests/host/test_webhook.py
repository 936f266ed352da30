"""The webhook against answers of every kind, without a network."""

import asyncio
import json

import pytest
import standardwebhooks

from camera_firmware.metrics import Metrics
from camera_firmware.webhook import Webhook

SECRET = "a secret of the tests"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"


class Log:
    def __init__(self):
        self.said = []

    def repeated(self, area, text):
        self.said.append(text)

    def recovered(self, area, text):
        pass


class Outbox:
    """Two events; `told` are the numbers that were acknowledged."""

    def __init__(self):
        self.told, self.number, self.news, self.waiting = [], None, asyncio.Event(), 2

    def oldest(self):
        self.number = len(self.told) + 1
        return json.dumps({"sequence": self.number}).encode() if self.number < 3 else None

    def done(self):
        self.told.append(self.number)


class Stream:
    """One connection of a receiver that gives `answers`, one a request; None: it says nothing at all."""

    def __init__(self, receiver):
        self._receiver, self._left, self.s = receiver, b"", self

    def write(self, request):
        self._receiver.requests.append(request)
        self._left = self._receiver.answers.pop(0) if self._receiver.answers else GOOD

    async def drain(self):
        pass

    async def readinto(self, view):
        if self._left is None:
            await asyncio.Event().wait()
        count = min(len(view), len(self._left), 7)
        view[:count], self._left = self._left[:count], self._left[count:]
        return count

    def close(self):
        pass


class Receiver:
    def __init__(self, answers):
        self.answers, self.requests, self.connections = list(answers), [], 0
        self.log, self.metrics, self.outbox = Log(), Metrics(), None

    async def connect(self, host, port, timeout_ms, secure):
        self.connections += 1
        return Stream(self)

    def bodies(self):
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]


def deliver(*answers):
    """The Receiver after both events are delivered; waiting times are counted in `waited`, not waited."""
    receiver, slept = Receiver(answers), []

    async def play():
        receiver.outbox = Outbox()
        settings = {"url": "http://[::1]:8080/x?y", "secret": SECRET, "timeout_s": 0.05}
        hook = Webhook(settings, "door", receiver.outbox, False, lambda: 0.5, receiver.log, receiver.metrics, receiver.connect,
                       sleep=sleep)
        task = asyncio.ensure_future(hook.run())
        while len(receiver.outbox.told) < 2:
            await asyncio.sleep(0)
        task.cancel()

    async def sleep(seconds):
        slept.append(seconds)
    asyncio.run(play())
    receiver.waited = slept
    return receiver


@pytest.mark.parametrize(("answer", "words"), [
    (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "status 500"), (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "status 302"),
    (b"HTTP/1.1 401 No\r\n\r\n", "status 401"), (b"HTTP/1.1 410 Gone\r\n\r\n", "status 410"), (b"HTTP/1.1 100 Continue\r\n\r\n", "100"),
    (b"SSH-2.0-OpenSSH_9.2\r\n", "is not HTTP"), (b"\xff\xfe\r\n\r\n", "is not HTTP"), (b"HTTP/1.1 2x0 OK\r\n\r\n", "is not HTTP"),
    (b"HTTP/1.1 \r\n\r\n", "is not HTTP"), (b"\r\n", "is not HTTP"), (b"HTTP/2 200\r\n\r\n", "is not HTTP"),
    (b"HTTP/1.1 0200 OK\r\n\r\n", "is not HTTP"),
    (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 70, "header lines"), (b"x" * 5000, "a line is longer"), (b"HTTP/1.1 200 OK\r\nX: x", "closed"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", "closed"), (b"", "closed"), (None, "no answer in time")])
def test_whatever_is_no_yes_is_tried_again_in_order(answer, words):
    receiver = deliver(answer, GOOD)
    assert receiver.outbox.told == [1, 2] and [json.loads(body)["sequence"] for body in receiver.bodies()] == [1, 1, 2]
    assert len(receiver.log.said) == 1 and words in receiver.log.said[0]
    assert receiver.metrics.value("webhook_failed") == 1 and receiver.metrics.value("webhook_delivered") == 2


@pytest.mark.parametrize("answer", [
    GOOD, b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\nanything", b"HTTP/1.1 202\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: some\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_every_status_of_success_is_a_yes_whatever_comes_behind_it(answer):
    receiver = deliver(answer)
    assert receiver.outbox.told == [1, 2] and len(receiver.requests) == 2 and not receiver.log.said


def test_waiting_times_double_up_to_five_minutes_and_begin_anew():
    no = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    assert deliver(*[no] * 11, GOOD, no).waited == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 1]


@pytest.mark.parametrize(("asked", "waited"), [("120", 120), ("99999", 3600), ("0", 1), ("soon", 1), ("9" * 50, 1)])
def test_pause_that_the_receiver_asks_for_is_kept_up_to_an_hour(asked, waited):
    receiver = deliver(f"HTTP/1.1 429 Slowly\r\nRetry-After: {asked}\r\nContent-Length: 0\r\n\r\n".encode())
    assert receiver.waited == [waited]


def test_connection_that_was_closed_while_idle_is_no_failure():
    receiver = deliver(GOOD, b"")
    assert receiver.connections == 2 and not receiver.log.said and receiver.outbox.told == [1, 2]


def test_requests_are_signed_by_the_standard():
    for request in deliver().requests:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        assert lines[0] == "POST /x?y HTTP/1.1" and headers["Host"] == "[::1]:8080"
        assert standardwebhooks.Webhook(SECRET.encode()).verify(body, headers) == json.loads(body)
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(SECRET.encode()).verify(body + b" ", headers)
        assert headers["webhook-id"] == f"door-{json.loads(body)['sequence']}"

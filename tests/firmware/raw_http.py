"""Bytes to a camera's control API, and what it answers."""

import contextlib
import re
import socket
import time

from camera_process import TOKEN

from contract import api

HOST = b"Host: camera\r\n"
AUTHORIZED = HOST + f"{api.TOKEN_HEADER}: {TOKEN}\r\n".encode()


def connect(camera, wait_s=30):
    return socket.create_connection(("127.0.0.1", camera.port), wait_s)


def rest(connection):
    """What still comes until the camera closes the connection."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


def raw(camera, *pieces, pause_s=0.0):
    """What the camera answers to these bytes, until it closes the connection."""
    with connect(camera) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause_s)
            connection.shutdown(socket.SHUT_WR)
        return rest(connection)


def statuses(answer):
    """The status of every answer, in the order of their coming; the bodies are JSON."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z][A-Za-z ]*\r\n", answer)]


def request(method=b"GET", target=api.STATUS.encode(), version=b"HTTP/1.1", headers=AUTHORIZED, body=b""):
    return method + b" " + target + b" " + version + b"\r\n" + headers + b"\r\n" + body

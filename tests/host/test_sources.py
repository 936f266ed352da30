import contextlib
import os
import socket
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from host_tools import sources
from host_tools.sources import SourceError, boundary_of, open_source, parts_of

sys.path.append(str(Path(__file__).parents[1] / "training"))
from tiny_door import picture, write_jpeg  # noqa: E402


@contextlib.contextmanager
def serving(answer, connections=1):
    """Port of a server whose `answer(connection)` is called for each of so many connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            for _ in range(connections):
                with contextlib.suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("lengths", [True, False])
def test_parts_are_found_however_the_bytes_arrive(size, lengths):
    bodies = [b"\xff\xd8 one \r\n\r\n \xff\xd9", b"\xff\xd8 two\xff\xd9"]
    stream = b"".join(b"\r\n--mark\r\nContent-Type: image/jpeg\r\n" + (b"Content-Length: %d\r\n" % len(body) if lengths else b"")
                      + b"\r\n" + body for body in bodies) + b"\r\n--mark--\r\n"
    chunks = [stream[i:i + size] for i in range(0, len(stream), size)]
    assert list(parts_of(chunks, b"--mark")) == bodies


@pytest.mark.parametrize("text", ["multipart/x-mixed-replace; boundary=mark", 'Multipart/mixed;Boundary="--mark"; a=b'])
def test_boundary_is_found_however_it_is_written(text):
    assert boundary_of(text) == b"--mark"


@pytest.mark.parametrize("text", ["", "text/html", "multipart/mixed", 'multipart/mixed; boundary="--"'])
def test_what_is_no_stream_has_no_boundary(text):
    with pytest.raises(ValueError, match="neither a picture"):
        boundary_of(text)


def test_stream_without_an_end_of_a_picture_is_refused(monkeypatch):
    monkeypatch.setattr(sources, "_LARGEST", 1000)
    with pytest.raises(ValueError, match="no end"):
        list(parts_of((b"x" * 100 for _ in range(99)), b"--mark"))


def test_mjpeg_gives_the_cameras_own_bytes_and_says_when_it_stops():
    def answer(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=mark\r\n\r\n"
                           + b"".join(b"--mark\r\nContent-Length: 5\r\n\r\nfram%d\r\n" % n for n in range(3)))

    got = []
    with serving(answer) as port, pytest.raises(SourceError):
        for shot in open_source(f"http://127.0.0.1:{port}/", 0).shots():
            got.append(shot)
    assert [shot.jpeg for shot in got] == [b"fram0", b"fram1", b"fram2"] and got[0].time_ms > 1_700_000_000_000


def test_snapshots_are_asked_for_again_and_again():
    def answer(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    with serving(answer, 3) as port:
        shots = open_source(f"http://127.0.0.1:{port}/", 1).shots()
        assert [next(shots).jpeg for _ in range(3)] == [b"ok"] * 3
        shots.close()


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_server_that_never_answers_is_given_up_and_its_password_not_shown(scheme):
    done = threading.Event()
    with serving(lambda connection: done.wait(20)) as port:
        source = open_source(f"{scheme}://ada:secret@127.0.0.1:{port}/", 500, 0.3)
        with pytest.raises(SourceError) as error:
            next(source.shots())
        done.set()
    assert "secret" not in str(error.value) and "\n" not in str(error.value) and "secret" not in source.shown


def test_server_that_refuses_is_one_sentence():
    def answer(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with serving(answer) as port, pytest.raises(SourceError, match="answered 404"):
        next(open_source(f"http://127.0.0.1:{port}/").shots())


def test_digest_login_is_answered():
    asked = []

    def answer(connection):
        asked.append(connection.recv(4096))
        if b"Authorization: Digest" in asked[-1]:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        else:
            connection.sendall(b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\nContent-Length: 0\r\n'
                               b"Connection: close\r\n\r\n")

    with serving(answer, 3) as port:
        assert next(open_source(f"http://ada:secret@127.0.0.1:{port}/").shots()).jpeg == b"ok"
    assert not any(b"secret" in request for request in asked)


def test_video_gives_a_frame_every_interval_with_the_files_time(tmp_path):
    path = tmp_path / "a.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for n in range(40):
        writer.write(np.full((48, 64, 3), n * 6, np.uint8))
    writer.release()
    os.utime(path, (1000, 1000))
    shots = list(open_source(str(path), 500).shots())
    assert [shot.time_ms for shot in shots] == [1_000_000 + 500 * n for n in range(8)]
    assert [shot.number for shot in shots] == [5 * n for n in range(8)]
    assert all(shot.jpeg.startswith(b"\xff\xd8") for shot in shots)


def test_folder_gives_its_files_in_order_and_a_vanished_one_as_damaged(tmp_path):
    for n in range(3):
        write_jpeg(tmp_path / f"2026-03-0{n + 1}T120000.jpg", picture("open", n))
    source = open_source(str(tmp_path))
    (tmp_path / "2026-03-02T120000.jpg").unlink()
    shots = list(source.shots())
    assert [shot.jpeg[:2] for shot in shots] == [b"\xff\xd8", b"", b"\xff\xd8"] and shots[0].time_ms == 1_772_366_400_000


def test_what_is_no_source_says_so(tmp_path):
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "empty").mkdir()
    for text, words in ((tmp_path / "none", "neither"), (tmp_path / "text.mp4", "not a video"), (tmp_path / "empty", "no .jpg")):
        with pytest.raises(SourceError, match=words):
            open_source(str(text))

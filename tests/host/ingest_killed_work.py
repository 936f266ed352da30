"""Runs ingests that end by SIGKILL before a given line of the product's code: a process of its own that test_ingest_killed
talks to. A line in: {"project", "camera", "lines": number or null}; a line out: {"killed": bool, "lines": run so far}."""

import json
import os
import signal
import sys
from pathlib import Path

from folder_camera import FolderCamera

from host_tools import ingest
from host_tools.camera_client import CameraClient
from host_tools.project import Project

ROOT = Path(__file__).parents[2]
COUNTED = tuple(str(ROOT / folder) + "/" for folder in ("host_tools", "annotation", "contract"))


def watch(limit, count):
    """A trace function that counts lines of the product in count[0] and ends the process before line `limit`."""
    def line(frame, event, argument):
        if event == "line":
            if count[0] == limit:
                os.kill(os.getpid(), signal.SIGKILL)
            count[0] += 1
        return line

    return lambda frame, event, argument: line if frame.f_code.co_filename.startswith(COUNTED) else None


def run(order, report):
    count = [0]
    sys.settrace(watch(order["lines"], count))
    with CameraClient("http://camera", "secret", FolderCamera(order["camera"])) as client:
        ingest.from_camera(Project.open(order["project"]), "front", client)
    sys.settrace(None)
    os.write(report, str(count[0]).encode())


def main():
    for text in sys.stdin:
        receiving, sending = os.pipe()
        child = os.fork()
        if child == 0:
            run(json.loads(text), sending)
            os._exit(0)
        os.close(sending)
        _, status = os.waitpid(child, 0)
        lines = os.read(receiving, 32).decode()
        os.close(receiving)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"killed": killed, "lines": int(lines) if lines else None}), flush=True)


if __name__ == "__main__":
    main()

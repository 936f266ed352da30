"""Ingests as processes that may be killed: forks one for every line {"project", "url", "token"} and answers with its pid, then,
when it has ended, {"fresh": number or null, "error": sentence or null}."""

import json
import os
import sys

from contract.errors import DoorlensError
from host_tools import ingest
from host_tools.camera_client import CameraClient
from host_tools.project import Project


def run(order, report):
    answer = {"fresh": None, "error": None}
    try:
        with CameraClient(order["url"], order["token"]) as client:
            answer["fresh"] = ingest.from_camera(Project.open(order["project"]), "front", client)
    except DoorlensError as error:
        answer["error"] = str(error)
    os.write(report, json.dumps(answer).encode())


def main():
    for line in sys.stdin:
        receiving, sending = os.pipe()
        child = os.fork()
        if child == 0:
            run(json.loads(line), sending)
            os._exit(0)
        os.close(sending)
        print(child, flush=True)
        os.waitpid(child, 0)
        text = os.read(receiving, 65536)
        os.close(receiving)
        print(text.decode() or '{"fresh": null, "error": null}', flush=True)


if __name__ == "__main__":
    main()

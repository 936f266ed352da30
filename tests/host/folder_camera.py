"""A camera's samples as files of a folder, so that it outlives the process that talks to it: behind httpx's transport.

    <id>.jpg, <id>.json    a sample; a line of the file `deleted` for each that the host has acknowledged
"""

import json
import os
from pathlib import Path

import httpx

from contract import api, sample
from contract.clock import utc_ms


class FolderCamera(httpx.MockTransport):
    def __init__(self, folder, page=7):
        super().__init__(self._answer)
        self._folder, self._page = Path(folder), page
        self._folder.mkdir(exist_ok=True)

    def add(self, number, picture, schema=sample.SCHEMA):
        """A sample as the camera stores it, every third one without a time; returns its id."""
        time_ms = None if number % 3 == 0 else utc_ms("2026-03-01") + 3_600_000 * number
        record = sample.sidecar(7, number, "fake", time_ms, "periodic", 640, 360, len(picture))
        if schema == 1:
            record = {key: value for key, value in record.items() if key not in ("value", "evaluation", "features")}
        self._folder.joinpath(record["id"] + ".jpg").write_bytes(picture)
        self._folder.joinpath(record["id"] + ".json").write_text(json.dumps({**record, "schema": schema}))
        return record["id"]

    def drop(self, name):
        """The camera makes room."""
        for suffix in (".json", ".jpg"):
            self._folder.joinpath(name + suffix).unlink(missing_ok=True)

    def names(self):
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def deleted(self):
        try:
            return self._folder.joinpath("deleted").read_text().split()
        except FileNotFoundError:
            return []

    def _answer(self, request):
        path = request.url.path
        if path == api.STATUS:
            return httpx.Response(200, json={"spool": {"samples": len(self.names())}})
        if path == api.SAMPLES:
            later = [name for name in self.names() if name > request.url.params["after"]]
            page = [json.loads(self._folder.joinpath(name + ".json").read_text()) for name in later[:self._page]]
            return httpx.Response(200, json={"samples": page, "more": len(later) > self._page})
        name = path.rpartition("/")[2]
        if name not in self.names():
            status, body = api.error("not_found", "no such sample")
            return httpx.Response(status, json=body)
        if request.method == "DELETE":
            descriptor = os.open(self._folder / "deleted", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(descriptor, (name + "\n").encode())  # one write: whole or not at all
            os.close(descriptor)
            self.drop(name)
            return httpx.Response(200, json={})
        return httpx.Response(200, content=self._folder.joinpath(name + ".jpg").read_bytes())

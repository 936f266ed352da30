"""Kept frames on disk until the host has them: a directory, bounded in bytes.

A sample counts from the moment its sidecar has its name; the JPEG is there before. Both are
written to a temporary file, synced and renamed, so after a power cut a sample is whole or absent.
"""

import json
import os

from camera_firmware import disk
from camera_firmware.portable import SEPARATORS, const
from camera_firmware.reasons import reason as why
from contract import durable
from contract.sample import is_sample_id, sidecar

MAX_SAMPLES = const(4096)  # bounds the list in memory
_SIZE, _MTIME = const(6), const(8)  # in the tuple of os.stat


class Spool:
    """`boot` is a random 32-bit number: with the sequence it makes ids unique for ever."""

    def __init__(self, directory, limit, boot, log, metrics):
        self.limit = limit
        self.bytes = 0
        self._directory = directory
        self._boot = boot
        self._sequence = 0
        self._log = log
        self._metrics = metrics
        self._samples = []  # [id, bytes of both files], oldest first
        disk.make_directory(directory)
        self._scan()

    def __len__(self):
        return len(self._samples)

    def path(self, sample, suffix=".jpg"):
        return self._directory + "/" + sample + suffix

    def _scan(self):
        """Finds what an earlier run left; removes halves."""
        names = os.listdir(self._directory)
        present = {name for name in names}
        found = []
        for name in names:
            stem, _, suffix = name.rpartition(".")
            whole = is_sample_id(stem) and stem + ".jpg" in present and stem + ".json" in present
            if not whole and name.endswith((".jpg", ".json", disk.PARTS)):
                disk.remove(self._directory + "/" + name)
            elif suffix == "json" and whole:
                picture, record = os.stat(self.path(stem)), os.stat(self.path(stem, ".json"))
                found.append((record[_MTIME], stem, picture[_SIZE] + record[_SIZE]))
        for _, stem, size in sorted(found):
            self._samples.append([stem, size])
            self.bytes += size
        self._make_room(0)

    def keep(self, jpeg, camera, time_ms, reason, width, height, state, score, model):
        """Stores one frame (bytes-like) and its sidecar. False if the disk would not take it."""
        record = sidecar(self._boot, self._sequence, camera, time_ms, reason, width, height, len(jpeg),
                         state, score, model)
        text = json.dumps(record, separators=SEPARATORS).encode()
        size, name = len(jpeg) + len(text), record["id"]
        if size > self.limit:
            return self._failed("a frame of %d bytes does not fit into spool.bytes" % size)
        self._make_room(size)
        try:
            durable.write(self.path(name), jpeg)
            durable.write(self.path(name, ".json"), text)
        except OSError as error:
            disk.remove(self.path(name))
            return self._failed("a sample cannot be written: %s" % why(error))
        self._sequence += 1
        self._samples.append([name, size])
        self.bytes += size
        self._metrics.count("samples_kept")
        self._log.recovered("spool", "samples are written again")
        return True

    def _failed(self, text):
        self._metrics.count("samples_failed")
        self._log.repeated("spool", text)
        return False

    def _make_room(self, size):
        while self._samples and (self.bytes + size > self.limit or len(self._samples) >= MAX_SAMPLES):
            self._forget(0)
            self._metrics.count("samples_dropped")

    def _forget(self, index):
        name, size = self._samples.pop(index)
        self.bytes -= size
        disk.remove(self.path(name, ".json"))  # first: without it the picture is a leftover
        disk.remove(self.path(name))

    def _index(self, sample):
        for index, entry in enumerate(self._samples):
            if entry[0] == sample:
                return index
        return -1

    def __contains__(self, sample):
        return self._index(sample) >= 0

    def delete(self, sample):
        """False if there is no such sample."""
        index = self._index(sample)
        if index >= 0:
            self._forget(index)
        return index >= 0

    def after(self, sample, count):
        """(ids of up to `count` samples behind `sample`, are there more). None = from the oldest.

        Where `sample` itself is gone, its boot number and sequence tell where it was.
        """
        start = 0
        if sample:
            start = self._index(sample) + 1
            if not start:
                start = self._where(sample)
        ids = [entry[0] for entry in self._samples[start:start + count]]
        return ids, start + len(ids) < len(self._samples)

    def _where(self, sample):
        boot = sample[:8]
        last_of_boot = 0
        for index, (name, _) in enumerate(self._samples):
            if name[:8] == boot:
                if name > sample:
                    return index
                last_of_boot = index + 1
        return last_of_boot

    def sidecar_text(self, sample):
        """The sidecar as JSON text. Raises OSError."""
        with open(self.path(sample, ".json")) as file:
            return file.read()

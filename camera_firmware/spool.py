"""Kept frames on disk until the host has them: a directory, bounded in bytes, the least valuable dropped first.

A sample counts from the moment its sidecar has its name; the JPEG is there before. Both are written to temporary files
and synced, then renamed, so after a power cut a sample is whole or absent. To spare the flash, samples wait in memory
and are written together: every sync of the disk buys a minute without one, unless memory is full or somebody asks.
What is only in memory is not listed, and lost with the power.
"""

import json
import os

from camera_firmware import disk
from camera_firmware.pending import Pending, Sample
from camera_firmware.portable import SEPARATORS, const, names
from camera_firmware.reasons import reason as why
from camera_firmware.spool_index import SpoolIndex, rank
from contract import durable
from contract.sample import is_sample_id, sidecar

PENDING_BYTES = const(196608)
_SYNC_MS = const(60000)  # a minute for each sync
_LONGEST_MS = const(300000)  # after a burst no sample waits longer
_EVALUATION_SHARE = 0.2  # of the limit; so much of the evaluation slice is not dropped for others
_MAX_SIDECAR = const(8192)  # bytes; ours have some hundred, with features 2500
_SIZE, _MTIME = const(6), const(8)  # in the tuple of os.stat


def pending_bytes(limit):
    """How much memory a spool of `limit` bytes should get: at most an eighth, for as much stays free on the disk."""
    return min(PENDING_BYTES, limit // 8)


class Spool:
    """`boot` is a random 32-bit number: with the sequence it makes ids unique for ever. `buffer`: see pending_bytes."""

    def __init__(self, directory, limit, boot, buffer, log, metrics):
        self.limit = limit
        self._directory = directory
        self._boot = boot
        self._sequence = 0
        self._pending = Pending(buffer)
        self._write_at = None  # monotonic ms; before it nothing is written without need
        self._log = log
        self._metrics = metrics
        self._index = SpoolIndex()
        self._evaluation_limit = int(_EVALUATION_SHARE * limit)
        self._made = False
        self._scan()

    @property
    def bytes(self):
        """On disk."""
        return self._index.bytes

    @property
    def pending(self):
        """Samples in memory."""
        return len(self._pending)

    def __len__(self):
        """Samples on disk."""
        return len(self._index)

    def path(self, sample, suffix=".jpg"):
        return self._directory + "/" + sample + suffix

    def _scan(self):
        """Finds what an earlier run left; removes halves."""
        if not self._make():
            return
        leftovers = []
        for name in names(self._directory):
            stem, _, suffix = name.rpartition(".")
            if suffix in ("jpg", "json") and is_sample_id(stem):
                if not self._has(stem, ".json" if suffix == "jpg" else ".jpg"):
                    leftovers.append(name)
                elif suffix == "json":
                    self._found(stem)
            elif name.endswith((".jpg", ".json", disk.PARTS)):
                leftovers.append(name)
        for name in leftovers:
            disk.remove(self._directory + "/" + name)
        self._shrink(self._aim())

    def _make(self):
        """Whether the folder is there. On a disk that is full it may come later."""
        try:
            self._made or disk.make_directory(self._directory)
            self._made = True
        except OSError as error:
            self._log.repeated("spool", "its folder cannot be made: %s" % why(error))
        return self._made

    def _has(self, stem, suffix):
        try:
            os.stat(self.path(stem, suffix))
        except OSError:
            return False
        return True

    def _found(self, stem):
        picture, record = os.stat(self.path(stem)), os.stat(self.path(stem, ".json"))
        if len(self._index) >= self._index.capacity:
            self._drop()
        size = picture[_SIZE] + record[_SIZE]
        self._index.add_aged(stem, size, self._rank(stem), int(record[_MTIME]) & 0xFFFFFFFF)

    def _rank(self, stem):
        try:
            record = json.loads(self.sidecar_text(stem))
            return min(255, max(0, rank(record.get("value", 0), record.get("evaluation", False))))
        except (OSError, ValueError, AttributeError, TypeError):
            return 0  # listed by its name alone; the host says so

    def keep(self, jpeg, now_ms, **about):
        """Takes one frame (bytes-like), copied; `about` is what contract.sample.sidecar wants besides.

        It is written at once if the last writing is long enough ago, with others later otherwise. False if it is not
        taken: too large, worth less than everything in a full spool, or the disk is full.
        """
        record = sidecar(self._boot, self._sequence, size=len(jpeg), **about)
        text = json.dumps(record, separators=SEPARATORS).encode()
        sample = Sample(record["id"], rank(record["value"], record["evaluation"]), jpeg, text)
        if sample.size > self.limit:
            return self._failed("a frame of %d bytes does not fit into spool.bytes" % sample.size)
        if self._worthless(sample):
            self._metrics.count("samples_dropped")
            return False
        self._sequence += 1
        return self._take(sample, now_ms)

    def _worthless(self, sample):
        full = self.bytes + sample.size > self._aim() or len(self) + self.pending >= self._index.capacity
        return full and sample.rank < self._index.cheapest(self._evaluation_limit)

    def _take(self, sample, now_ms):
        if not self._pending.add(sample):
            self.flush(now_ms)
            if not self._pending.add(sample):
                return self._write([sample], now_ms)
        if self.due(now_ms):
            return self.flush(now_ms)
        return True

    def due(self, now_ms):
        """Whether the disk may be synced though nothing has happened."""
        return self._write_at is None or now_ms >= self._write_at

    def synced(self, now_ms, count):
        """The disk was synced `count` times, here or by somebody else who waited for `due`."""
        since = now_ms if self.due(now_ms) else self._write_at
        self._write_at = min(now_ms + _LONGEST_MS, since + _SYNC_MS * count)

    def flush(self, now_ms):
        """Writes what waits, whatever the time. False if something could not be written; it is counted and gone."""
        samples = self._pending.samples
        if not samples:
            return True
        whole = self._write(samples, now_ms)
        self._pending.clear()
        return whole

    def _write(self, samples, now_ms):
        self._make()
        syncs, staged = 1, []
        for sample in sorted(samples, key=lambda sample: -sample.rank):  # a disk that is nearly full takes the best
            syncs += 2
            if self._stage(sample, sum([other.size for other in staged])):
                staged.append(sample)
        self.synced(now_ms, syncs)
        if staged and not self._publish(staged):
            staged = []
        for sample in samples:
            if sample in staged:
                if len(self._index) >= self._index.capacity:
                    self._drop()
                self._index.add(sample.name, sample.size, sample.rank)
        self._shrink(self._aim())
        self._metrics.count("samples_kept", len(staged))
        if len(staged) == len(samples):
            self._log.recovered("spool", "samples are written again")
        return len(staged) == len(samples)

    def _stage(self, sample, before):
        """Nothing is dropped for a sample that the disk then refuses, as far as room was left for it."""
        self._shrink(self.limit - before - sample.size)
        try:
            durable.stage(self.path(sample.name), sample.jpeg)
            durable.stage(self.path(sample.name, ".json"), sample.text)
        except OSError as error:
            disk.remove(self.path(sample.name) + durable.PART)
            return self._failed("a sample cannot be written: %s" % why(error))
        return True

    def _publish(self, samples):
        paths = [self.path(sample.name, suffix) for sample in samples for suffix in (".jpg", ".json")]
        try:
            durable.publish(paths)
        except OSError as error:
            for path in reversed(paths):
                disk.remove(path)
                disk.remove(path + durable.PART)
            for _ in samples:
                self._failed("a sample cannot be written: %s" % why(error))
            return False
        return True

    def _failed(self, text):
        self._metrics.count("samples_failed")
        self._log.repeated("spool", text)
        return False

    def _aim(self):
        """What may lie on disk, so that what waits in memory fits beside it before anything is dropped."""
        return self.limit - self._pending.capacity

    def _shrink(self, size):
        while len(self) and self.bytes > size:
            self._drop()

    def _drop(self):
        self._forget(self._index.victim(self._evaluation_limit))
        self._metrics.count("samples_dropped")

    def _forget(self, position):
        name, _ = self._index.remove(position)
        disk.remove(self.path(name, ".json"))  # first: without it the picture is a leftover
        disk.remove(self.path(name))

    def __contains__(self, sample):
        return self._index.find(sample) >= 0

    def delete(self, sample):
        """False if there is no such sample."""
        position = self._index.find(sample)
        if position >= 0:
            self._forget(position)
        return position >= 0

    def after(self, sample, count):
        """(ids of up to `count` samples behind `sample`, are there more). None = from the oldest.

        Where `sample` itself is gone, its boot number and sequence tell where it was.
        """
        start = self._index.behind(sample) if sample else 0
        end = min(len(self), start + count)
        return [self._index.name(position) for position in range(start, end)], end < len(self)

    def sidecar_text(self, sample):
        """The sidecar as JSON text; of one that is damaged, an object with nothing but its id. Raises OSError."""
        with open(self.path(sample, ".json"), "rb") as file:
            text = file.read(_MAX_SIDECAR + 1)
        try:
            if len(text) <= _MAX_SIDECAR and isinstance(json.loads(text), dict):
                return text.decode()
        except ValueError:
            pass
        return json.dumps({"id": sample}, separators=SEPARATORS)

"""Counters since start and the times of the latest frames."""

from camera_firmware.portable import const

_LATENCIES = const(128)

NAMES = (
    "frames",               # classified or, without a model, looked at
    "frames_broken",        # not a JPEG, damaged, empty, or of a size that cannot be decoded
    "frames_cut",           # the source ended inside the frame
    "frames_blank",         # of one grey: not kept
    "frame_size_changes",
    "time_jumps",           # of the frames' clock: back, or a minute more than has passed
    "frames_too_large",     # more bytes than source.max_frame_bytes
    "source_errors",        # failed attempts to get a frame, cut ones included
    "samples_kept",
    "samples_dropped",      # removed unfetched to keep spool.bytes
    "samples_failed",       # could not be written
    "events",
    "events_unlogged",      # could not be written to events.jsonl
    "mqtt_connections",
    "mqtt_published",       # acknowledged by the broker
    "mqtt_dropped",         # events that were gone from events.jsonl before the broker had them
    "pictures_dropped",     # of transitions: too large to be told
    "webhook_delivered",    # events that the receiver has taken
    "webhook_failed",       # attempts
    "webhook_dropped",      # events that were gone from events.jsonl before the receiver had them
    "http_requests",
    "http_refused",         # answered with an error
    "tokens_refused",       # wrong ones
    "models_installed",     # in use: taken, or confirmed after a trial
    "models_refused",       # when they were pushed
    "models_rejected",      # by their trial
    "task_restarts",
)


class Metrics:
    def __init__(self):
        self._counts = {name: 0 for name in NAMES}
        self._latencies = bytearray(2 * _LATENCIES)  # ring of little-endian milliseconds, 65535 = that or more
        self._filled = 0
        self.motion = -1  # of the last frame against the one before, 1/256 grey levels; below 0: not known

    def count(self, name, by=1):
        self._counts[name] += by

    def value(self, name):
        return self._counts[name]

    def latency(self, milliseconds):
        """Of one frame, from its last byte to its verdict."""
        milliseconds = min(65535, max(0, milliseconds))
        at = 2 * (self._filled % _LATENCIES)
        self._latencies[at] = milliseconds & 0xFF
        self._latencies[at + 1] = milliseconds >> 8
        self._filled += 1

    def percentile_ms(self, percent):
        """Of the latest 128 frames, None before the first."""
        count = min(self._filled, _LATENCIES)
        if not count:
            return None
        ring = self._latencies
        times = sorted([ring[2 * i] | ring[2 * i + 1] << 8 for i in range(count)])
        return times[min(count - 1, count * percent // 100)]

    def snapshot(self):
        """A flat dictionary for the control API."""
        values = dict(self._counts)
        values["latency_ms_p50"] = self.percentile_ms(50)
        values["latency_ms_p95"] = self.percentile_ms(95)
        values["motion"] = self.motion if self.motion >= 0 else None
        return values

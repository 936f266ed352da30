"""Counters since start and the times of frames. COUNTERS is the only definition of every counter: the control API gives them
in JSON under these names, exposition.py for Prometheus as doorlens_<name>_total."""

from camera_firmware.portable import const

_LATENCIES = const(128)
_MILLION = const(1000000)

# (name, meaning)
COUNTERS = (
    ("frames", "Frames classified or, without a model, looked at"),
    ("frames_broken", "Frames that were no JPEG, damaged, empty, or of a size that cannot be decoded"),
    ("frames_cut", "Frames in which the source ended"),
    ("frames_blank", "Frames of one grey: not kept"),
    ("frame_size_changes", "Changes of the frames' size"),
    ("time_jumps", "Jumps of the frames' clock: back, or a minute more than has passed"),
    ("frames_too_large", "Frames of more bytes than source.max_frame_bytes"),
    ("source_errors", "Failed attempts to get a frame, by cause"),
    ("source_connections", "Times that frames began to come: at first, and again after every failure"),
    ("samples_kept", "Samples written to the spool"),
    ("samples_dropped", "Samples removed unfetched to keep spool.bytes"),
    ("samples_failed", "Samples that could not be written"),
    ("events", "Events"),
    ("events_unlogged", "Events that could not be written to events.jsonl"),
    ("mqtt_connections", "Connections to the broker"),
    ("mqtt_failures", "Connections to the broker, and attempts at one, that ended by an error"),
    ("mqtt_published", "Messages acknowledged by the broker"),
    ("mqtt_dropped", "Events that were gone from events.jsonl before the broker had them"),
    ("pictures_dropped", "Pictures of transitions that were too large to be told"),
    ("webhook_delivered", "Events that the webhook's receiver has taken"),
    ("webhook_failed", "Attempts to deliver an event to the webhook's receiver that failed"),
    ("webhook_dropped", "Events that were gone from events.jsonl before the webhook's receiver had them"),
    ("http_requests", "Requests to the control API"),
    ("http_refused", "Requests to the control API that were answered with an error"),
    ("tokens_refused", "Requests to the control API with a wrong token"),
    ("models_installed", "Models that came into use: taken, or confirmed after a trial"),
    ("models_refused", "Models refused when they were pushed"),
    ("models_rejected", "Models rejected by their trial"),
    ("task_restarts", "Parts of the application that failed unexpectedly and were started again"),
)

# Why an attempt to get a frame failed: causes.py. In this order in the metrics.
CAUSES = (
    "timeout",      # no answer, or no whole frame, in time
    "refused",      # nobody listens
    "unreachable",  # no way to the host
    "name",         # the host's name is not known
    "closed",       # the other side closed the connection
    "cut",          # the same, inside a frame
    "login",        # the user or the password is refused
    "answer",       # an answer that is no picture
    "other",
)

# Upper ends of a histogram's buckets: microseconds, and what Prometheus calls them, in seconds.
BUCKETS = ((1000, "0.001"), (2000, "0.002"), (5000, "0.005"), (10000, "0.01"), (20000, "0.02"), (50000, "0.05"),
           (100000, "0.1"), (200000, "0.2"), (500000, "0.5"), (1000000, "1.0"), (2000000, "2.0"), (5000000, "5.0"))


class Histogram:
    """Of durations: `counts` in each of BUCKETS, and above them; `seconds` and `microseconds` are their sum."""

    def __init__(self):
        self.counts = [0] * (len(BUCKETS) + 1)
        self.seconds = self.microseconds = 0

    def add(self, microseconds):
        place = 0
        for bucket in BUCKETS:
            if microseconds <= bucket[0]:
                break
            place += 1
        self.counts[place] += 1
        self.microseconds += microseconds
        while self.microseconds >= _MILLION:
            self.microseconds -= _MILLION
            self.seconds += 1


class Metrics:
    """`total`, `decode` and `network` are Histograms of what frames took: from a frame's last byte to its event, in its
    decoding alone, and in the network alone."""

    def __init__(self):
        self._counts = {counter[0]: 0 for counter in COUNTERS}
        self._causes = {cause: 0 for cause in CAUSES}
        self._latencies = bytearray(2 * _LATENCIES)  # ring of little-endian milliseconds, 65535 = that or more
        self._filled = 0
        self.total, self.decode, self.network = Histogram(), Histogram(), Histogram()
        self.motion = -1  # of the last frame against the one before, 1/256 grey levels; below 0: not known

    def count(self, name, by=1):
        self._counts[name] += by

    def value(self, name):
        return self._counts[name]

    def source_failed(self, cause):
        """One more failed attempt to get a frame, for one of CAUSES."""
        self._counts["source_errors"] += 1
        self._causes[cause] += 1

    def failures(self, cause):
        return self._causes[cause]

    def took(self, total_us, decode_us, network_us):
        """One frame. decode_us and network_us: 0 where they are not known, or nothing was done."""
        self.total.add(total_us)
        if decode_us:
            self.decode.add(decode_us)
        if network_us:
            self.network.add(network_us)
        self.latency(total_us // 1000)

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

"""Learning while somebody labels: after so many labels groups and suggestions are computed anew, by another process."""

LABELS = 25  # new ones, after which it is worth while


class Learner:
    """prepare: () -> subprocess.Popen, or None: then nothing happens. labelled: frames with a label at the beginning."""

    def __init__(self, prepare, labelled):
        self._prepare, self._labelled, self._process = prepare, labelled, None

    def labels_now(self, labelled):
        """Begins if there are LABELS more, or fewer, than when it last did, and the last time is over."""
        if self._prepare and self._process is None and abs(labelled - self._labelled) >= LABELS:
            self._labelled, self._process = labelled, self._prepare()

    def finished(self):
        """True once after each time that ended well."""
        if self._process is None or self._process.poll() is None:
            return False
        ended, self._process = self._process, None
        return ended.returncode == 0

    @property
    def running(self):
        return self._process is not None

    def close(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

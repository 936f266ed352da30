"""What the sampling policy knows, over restarts: one JSON file."""

import json

from camera_firmware.portable import SEPARATORS
from camera_firmware.reasons import reason as why
from contract import durable

_SYNCS = 2  # of the disk, by durable.write


class PolicyState:
    """`policy` is a contract.sampling.Policy; `path` the file."""

    def __init__(self, policy, path, log):
        self._policy = policy
        self._path = path
        self._log = log

    def load(self):
        """Before the first frame. Without the file, or with one that says nothing, the policy begins anew."""
        try:
            with open(self._path, "rb") as file:
                dumped = json.loads(file.read())
        except OSError:
            return
        except ValueError:
            dumped = None
        if not self._policy.restore(dumped):
            self._log.warning("sampling", "what was learnt before the restart cannot be used; it begins anew")

    def save(self):
        """Writes the file; a disk that refuses is logged, once. Returns how often the disk was synced."""
        try:
            durable.write(self._path, json.dumps(self._policy.dump(), separators=SEPARATORS).encode())
            self._log.recovered("sampling", "sampling.json is written again")
        except OSError as error:
            self._log.repeated("sampling", "sampling.json cannot be written: %s" % why(error))
        return _SYNCS


class Stateless:
    """In place of PolicyState for a sampler that knows nothing."""

    def save(self):
        """Nothing to write."""
        return 0

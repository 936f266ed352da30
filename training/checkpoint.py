"""What a training that may be killed leaves on the disk, so that it goes on as if nothing had happened."""

import copy
import hashlib
import io
import math
import pickle

import torch

from contract import durable


def digest(*parts):
    """Text that changes with every part: text or torch tensors."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part.encode() if isinstance(part, str) else part.contiguous().numpy().tobytes())
        found.update(b"|")
    return found.hexdigest()


class Progress:
    """The state of one training: networks, optimiser, torch's random numbers, the best weights so far, its rows.

    networks: names to nn.Module; `path` may be None: then nothing is written. `inputs` (text) identifies
    everything that the training depends on; a file made from others is passed over.
    """

    def __init__(self, path, inputs, networks, optimiser):
        self._path, self._inputs = path, inputs
        self._parts = {**networks, "optimiser": optimiser}
        self.step, self.best_loss, self.best, self.rows = 0, math.inf, None, []

    def look(self, loss, weights, row):
        """A look at the held-out frames: keep `weights` (a state_dict) if `loss` is the least; `row`: for record()."""
        self.rows.append(row)
        if loss <= self.best_loss:
            self.best_loss, self.best = loss, copy.deepcopy(weights)

    def save(self):
        """Write everything. Raises OSError."""
        if self._path is None:
            return
        buffer = io.BytesIO()
        torch.save({"inputs": self._inputs, "parts": {name: part.state_dict() for name, part in self._parts.items()},
                    "torch": torch.get_rng_state(), "step": self.step, "best_loss": self.best_loss, "best": self.best,
                    "rows": self.rows}, buffer)
        durable.write(self._path, buffer.getvalue())

    def restore(self):
        """Take up what the file says, random numbers too; False if there is none that was made from the same inputs."""
        saved = self._load()
        if saved is None:
            return False
        for name, part in self._parts.items():
            part.load_state_dict(saved["parts"][name])
        torch.set_rng_state(saved["torch"])
        self.step, self.best_loss, self.best, self.rows = (saved[name] for name in ("step", "best_loss", "best", "rows"))
        return True

    def _load(self):
        if self._path is None:
            return None
        try:
            saved = torch.load(self._path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError):
            return None
        return saved if isinstance(saved, dict) and saved.get("inputs") == self._inputs else None

"""One installation as all methods share it: pictures decoded once, frozen features computed once."""

import hashlib
from functools import cached_property
from pathlib import Path

import msgspec
import torch

from bench.learning import features
from training import config as configuration
from training import dataset, pixels
from training.progress import Silent

PROTOCOL = 1  # raise when cells measured before no longer compare with new ones


def settings_digest(config, short):
    """Text that changes with everything but the data that a cell depends on; the source's version is not in it."""
    same = msgspec.structs.replace(config, threads=1)
    return hashlib.sha256(f"{PROTOCOL} {short} {configuration.dump(same)}".encode()).hexdigest()[:16]


class Subject:
    """An Installation, the configuration of the networks, and what is computed once for all of its cells."""

    def __init__(self, installation, config, folder, progress=None):
        self.installation, self.config = installation, config
        self.folder, self.progress = Path(folder), progress or Silent()
        dataset.check_files([*installation.pool, *installation.unseen])

    @property
    def name(self):
        return self.installation.name

    @cached_property
    def data_digest(self):
        digest = hashlib.sha256(f"{self.installation.states} {self.installation.region}".encode())
        for side in (self.installation.pool, self.installation.unseen):
            for frame in side:
                digest.update(f"{Path(frame.path).name} {Path(frame.path).stat().st_size} {frame.label} {frame.event} "
                              f"{frame.time_ms}\n".encode())
            digest.update(b"unseen\n")
        return digest.hexdigest()[:16]

    @cached_property
    def unseen_pictures(self):
        """training.pixels.Pictures of the unseen frames; one that cannot be decoded is black, for every method."""
        return self._load(self.installation.unseen)

    @cached_property
    def pool_pictures(self):
        return self._load(self.installation.pool)

    @cached_property
    def unseen_features(self):
        return self._frozen(self.installation.unseen)

    @cached_property
    def pool_features(self):
        return self._frozen(self.installation.pool)

    @property
    def truth(self):
        return [frame.label for frame in self.installation.unseen]

    def prepare(self, methods):
        """Decode and compute now what cells of `methods` would otherwise wait for."""
        self.unseen_pictures
        if {"frozen_backbone", "farthest_first"} & set(methods):
            self.pool_features, self.unseen_features

    def generator(self, stage, draw):
        """Random numbers of one stage of one draw; torch's own are seeded too, for dropout and initial weights."""
        seed = self.config.seed * 1024 + draw * 16 + stage
        torch.manual_seed(seed)
        return torch.Generator().manual_seed(seed)

    def _load(self, frames):
        return pixels.load([Path(frame.path) for frame in frames], self.installation.region, self.config, self.progress)

    def _frozen(self, frames):
        return features.frozen(frames, self.installation.region, self.folder / "features", self.progress)

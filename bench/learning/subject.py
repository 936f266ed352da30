"""One installation as all methods share it: pictures decoded once, frozen features computed once."""

import hashlib
from functools import cached_property
from pathlib import Path

import msgspec
import torch

from bench.learning import decoded, features
from training import config as configuration
from training import dataset
from training.progress import Silent

PROTOCOL = 3  # raise when cells measured before no longer compare with new ones
FROM_FEATURES = {"frozen_backbone", "farthest_first"}  # methods that see frozen features only


def settings_digest(config, short, scene_seed):
    """Text that changes with everything but the data that a cell depends on; the source's version is not in it."""
    same = msgspec.structs.replace(config, threads=1)
    return hashlib.sha256(f"{PROTOCOL} {short} {scene_seed} {configuration.dump(same)}".encode()).hexdigest()[:16]


class Subject:
    """An Installation, the configuration of the networks, and what is computed once for all of its cells.

    Pickled it is only what it was made of, so that another process can have it too.
    """

    def __init__(self, installation, config, folder, progress=None):
        self.installation, self.config = installation, config
        self.folder, self.progress = Path(folder), progress or Silent()
        dataset.check_files([*installation.pool, *installation.unseen])

    def __reduce__(self):
        return Subject, (self.installation, self.config, self.folder)

    def like(self, other):
        """Are cells of this and of the Subject `other` the same?"""
        return (self.name, self.config, self.data_digest) == (other.name, other.config, other.data_digest)

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

    @property
    def even(self):
        return self.installation.stands_for_time(self.installation.unseen)

    def prepare(self, methods):
        """Decode and compute now what cells of `methods` would otherwise wait for."""
        if set(methods) - FROM_FEATURES:
            self.unseen_pictures
        if set(methods) & FROM_FEATURES:
            self.pool_features, self.unseen_features

    def extract(self):
        """Compute the frozen features that are not on disk yet."""
        for frames in (self.installation.pool, self.installation.unseen):
            self._frozen(frames)

    def generator(self, stage, draw):
        """Random numbers of one stage of one draw; torch's own are seeded too, for dropout and initial weights."""
        seed = self.config.seed * 1024 + draw * 16 + stage
        torch.manual_seed(seed)
        return torch.Generator().manual_seed(seed)

    def _load(self, frames):
        return decoded.pictures([Path(frame.path) for frame in frames], self.installation.region, self.config,
                                self.progress)

    def _frozen(self, frames):
        return features.frozen(frames, self.installation.region, self.folder / "features", self.progress)

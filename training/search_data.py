"""What a search learns from: one teacher's opinion of some frames, and the frames as inputs of any size."""

import io
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import torch

from contract import durable
from contract.decision import UNUSABLE
from host_tools.scene import Scene
from training import pixels, run, split, teacher, trial
from training.errors import TrainingError
from training.material import gather
from training.progress import Silent

_DAY_MS, _MINUTE_MS = 86_400_000, 60_000
_LABELS, _UNLABELLED = 200, 260
_FRAMES = Path("build/trial")


class Data:
    """frames: [training.dataset.Frame]; unseen: labelled Frames of another day, to tell how good the networks are
    there, or none; the teacher's opinion `soft` is kept in `directory`."""

    def __init__(self, frames, states, region, config, directory, progress, unseen=()):
        self._config, self._region, self._inputs = config, region, {}
        self._unseen = [frame for frame in unseen if frame.label not in (None, UNUSABLE)]
        self._frames, pictures = run.read(frames, states, region, config, progress)
        sides = split.split(self._frames, config.data.held_out, config.data.block_minutes, config.seed)
        self._material = gather(pictures, self._frames, sides, states, config)
        if not len(self._material.labelled(self._material.held_out)):
            raise TrainingError("no labelled frame can be held out for a check; label frames of more hours, or of both states")
        self.soft = self._opinion(directory, progress)

    def _opinion(self, directory, progress):
        """The teacher's logits, from `directory` if they were made from the same inputs."""
        inputs, path = run.fingerprint(self._material, self._config), directory / "opinion.pt"
        if path.exists():
            saved = torch.load(path, weights_only=True)
            if saved["inputs"] == inputs:
                return saved["logits"]
        torch.manual_seed(self._config.seed)
        generator = torch.Generator().manual_seed(self._config.seed)
        taught = teacher.train(self._material, self._config, generator, progress, lambda *_, **__: None)
        logits = teacher.logits(taught, self._material, self._config, generator, progress)
        buffer = io.BytesIO()
        torch.save({"inputs": inputs, "logits": logits}, buffer)
        durable.write(path, buffer.getvalue())
        return logits

    def material(self, side, channels):
        """training.material.Material with inputs of side x side, as a run with such a student would have it."""
        if (side, channels) not in self._inputs:
            student = msgspec.structs.replace(self._config.student, width=side, height=side, channels=channels)
            config = msgspec.structs.replace(self._config, student=student)
            found = pixels.load([frame.path for frame in self._frames], self._region, config, Silent())
            self._inputs[side, channels] = torch.from_numpy(found.exact), torch.from_numpy(found.wide)
        exact, wide = self._inputs[side, channels]
        return replace(self._material, exact=exact, wide=wide)

    def unseen(self, side, channels):
        """(inputs uint8 [n, side, side, channels], targets int64 [n]) of the unseen frames; None without any."""
        if not self._unseen:
            return None
        inputs = np.stack([pixels.network_input(frame.path.read_bytes(), self._region, side, side, channels)
                           for frame in self._unseen])
        numbers = {label: number for number, label in enumerate(self._material.labels)}
        return torch.from_numpy(inputs), torch.tensor([numbers[frame.label] for frame in self._unseen])


def of_scene(name, seed, config, directory, progress):
    """Data of a procedural installation: two days with 200 labels, every minute of the third one unseen."""
    frames, region = trial.data(name, seed, _FRAMES, _LABELS, _UNLABELLED)
    start = (frames[0].time_ms // _DAY_MS + 2) * _DAY_MS
    unseen = trial.render(Scene(name, seed), range(start, start + _DAY_MS, _MINUTE_MS), _FRAMES / f"{name}-{seed}")
    return Data(frames, ["closed", "open"], region, config, directory, progress, unseen)

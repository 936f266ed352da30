"""What a run can be told. configs/default.toml says why each value is what it is."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from training.errors import TrainingError

CONFIGS = Path(__file__).parent / "configs"

Count = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0, le=1)]
Amount = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
Side = Annotated[int, Meta(ge=16, le=512)]  # of a network's input, pixels


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Data(_Section):
    held_out: Annotated[float, Meta(gt=0, le=0.5)] = 0.25
    block_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    min_pictures: Count = 4
    min_unusable: Count = 8
    margin: Annotated[float, Meta(ge=0, le=0.5)] = 0.12
    alike: Amount = 2.0
    repeat: Annotated[float, Meta(ge=0, lt=1)] = 0.7
    propagate: bool = True


class Teacher(_Section):
    network: str = "efficientnet_lite0"
    side: Annotated[int, Meta(ge=32, le=512)] = 128
    head_epochs: Count = 1
    thaw_epochs: Annotated[int, Meta(ge=0)] = 1
    epochs: Count = 7
    patience: Annotated[int, Meta(ge=0)] = 4
    agreement: Annotated[int, Meta(ge=1, le=5)] = 1
    batch: Annotated[int, Meta(ge=2)] = 32
    rate: Positive = 4e-3
    slow_down: Positive = 4.0
    frozen_blocks: Annotated[int, Meta(ge=0)] = 3
    weight_decay: Amount = 0.01


class Student(_Section):
    width: Side = 64
    height: Side = 64
    channels: Literal[1, 3] = 1
    family: Literal["separable", "plain", "residual"] = "separable"
    multiplier: Annotated[float, Meta(gt=0, le=8)] = 1.0
    stem: Count = 8
    blocks: Annotated[tuple[tuple[Count, Literal[1, 2]], ...], Meta(min_length=1)] = ((16, 1), (32, 2), (32, 1), (64, 2))
    steps: Count = 1500
    batch: Annotated[int, Meta(ge=2)] = 64
    rate: Positive = 5e-3
    weight_decay: Amount = 0.02
    average: Annotated[float, Meta(ge=0, lt=1)] = 0.99
    dropout: Annotated[float, Meta(ge=0, lt=1)] = 0.1
    temperature: Positive = 2.0
    distil: Share = 0.6
    matched: Share = 0.5
    views: Count = 6000
    hint: Amount = 0.5


class Augment(_Section):
    shift: Share = 0.05
    scale: Share = 0.05
    turn: Share = 0.03
    perspective: Share = 0.04
    exposure: Amount = 0.35
    contrast: Amount = 0.25
    gamma: Amount = 0.35
    colour: Share = 0.15
    infrared: Share = 0.15
    luma: Amount = 0.15
    noise: Share = 0.08
    blur: Share = 0.3
    jpeg: Share = 0.2
    shadow: Share = 0.4
    lamp: Share = 0.3
    cut_out: Share = 0.4


class Blocked(_Section):
    share: Annotated[float, Meta(ge=0, le=0.8)] = 0.15
    cover: Annotated[float, Meta(gt=0, le=1)] = 0.65


class Quantise(_Section):
    frames: Count = 256
    percentiles: Annotated[tuple[Annotated[float, Meta(gt=50, le=100)], ...], Meta(min_length=1)] = (
        100.0, 99.99, 99.9, 99.5)
    aware_steps: Annotated[int, Meta(ge=0)] = 150
    aware_rate: Positive = 0.01


class Decision(_Section):
    false_opening: Positive = 5.0
    missed_opening: Positive = 5.0
    wrong_cost: Positive = 5.0
    max_lead: Amount = 1.0


class Smoothing(_Section):
    confirm_frames: Annotated[int, Meta(ge=1, le=1000)] = 2
    unknown_frames: Annotated[int, Meta(ge=1, le=1000)] = 2
    stale_s: Positive = 30.0


class Config(_Section):
    seed: Annotated[int, Meta(ge=0, lt=1 << 32)] = 1
    threads: Count = 2
    data: Data = Data()
    teacher: Teacher = Teacher()
    student: Student = Student()
    augment: Augment = Augment()
    blocked: Blocked = Blocked()
    quantise: Quantise = Quantise()
    decision: Decision = Decision()
    smoothing: Smoothing = Smoothing()


def load(path):
    """Read a TOML file; `path` may also be the name of one of training/configs ("quick").

    Keys that are left out keep their defaults; a key nobody knows raises TrainingError.
    """
    path = Path(path)
    if not path.suffix and not path.exists():
        path = CONFIGS / (path.name + ".toml")
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except OSError as error:
        raise TrainingError(f"cannot read the configuration {path}: {error.strerror}") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise TrainingError(f"{path}: {error}") from None


def dump(config):
    """The configuration as JSON text, every key present."""
    return msgspec.json.format(msgspec.json.encode(config), indent=2).decode() + "\n"

"""What a run can be told. configs/default.toml says why each value is what it is."""

from pathlib import Path

import msgspec

from training.errors import TrainingError

CONFIGS = Path(__file__).parent / "configs"


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Data(_Section):
    held_out: float = 0.25      # share of the labelled frames' time blocks, 0..0.5
    block_minutes: int = 60     # frames of one hour are one block
    min_pictures: int = 4       # labelled pictures a state needs
    min_unusable: int = 8       # labelled unusable training frames that make them a label of their own
    margin: float = 0.12        # room for shifts around the region, share of its side


class Teacher(_Section):
    network: str = "efficientnet_lite0"
    side: int = 128             # pixels
    head_epochs: int = 1        # with the pretrained layers frozen
    epochs: int = 8             # with the upper layers free
    batch: int = 32
    rate: float = 4e-3          # of the head; the pretrained layers learn slower
    slow_down: float = 4.0      # learning rate of the head : of the lowest free layers
    frozen_blocks: int = 3      # lowest blocks that keep their ImageNet weights
    weight_decay: float = 0.01


class Student(_Section):
    width: int = 64             # input, pixels
    height: int = 64
    channels: int = 1           # 1 luma, 3 RGB
    stem: int = 8
    blocks: tuple[tuple[int, int], ...] = ((16, 1), (32, 2), (32, 1), (64, 2))  # (channels, stride)
    steps: int = 1500
    batch: int = 64
    rate: float = 5e-3
    weight_decay: float = 0.02
    average: float = 0.99       # decay of the weights' moving average
    dropout: float = 0.1
    temperature: float = 2.0    # of the teacher's soft labels
    distil: float = 0.6         # weight of the teacher's soft labels against the hard ones


class Augment(_Section):
    shift: float = 0.05
    scale: float = 0.05
    turn: float = 0.03
    exposure: float = 0.35
    contrast: float = 0.25
    gamma: float = 0.35
    noise: float = 0.08
    blur: float = 0.3
    shadow: float = 0.4
    lamp: float = 0.3
    colour: float = 0.15
    infrared: float = 0.15
    luma: float = 0.15
    cut_out: float = 0.4


class Blocked(_Section):
    share: float = 0.15         # of each batch, made unusable by pasting something over the region
    cover: float = 0.65         # smallest share of the region that is covered


class Quantise(_Section):
    frames: int = 256           # calibration pictures
    percentiles: tuple[float, ...] = (100.0, 99.99, 99.9, 99.5)


class Decision(_Section):
    wrong_cost: float = 5.0     # a wrong state against one "unknown" too many
    max_margin: int = 60        # logit steps


class Smoothing(_Section):
    confirm_frames: int = 2
    unknown_frames: int = 2
    stale_s: float = 30.0


class Config(_Section):
    seed: int = 1
    threads: int = 2
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

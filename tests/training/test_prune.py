import msgspec
import pytest
import torch

from training import cost, prune
from training.config import Config
from training.config import Student as Settings
from training.errors import TrainingError
from training.material import Material
from training.student import Student

LABELS = 3


def wide(family="separable", **settings):
    torch.manual_seed(9)
    config = Settings(family=family, width=24, height=24, stem=16, blocks=((24, 2), (32, 1), (40, 2)), **settings)
    student = Student(config, LABELS)
    for _ in range(4):
        student(torch.rand(8, config.channels, 24, 24))
    return config, student.eval()


def silence(part, channels):
    """The channels become nothing at all, so that they can go unnoticed."""
    with torch.no_grad():
        part.norm.weight[channels] = 0
        part.norm.bias[channels] = 0


@pytest.mark.parametrize("family", ["separable", "plain"])
def test_pruning_channels_that_say_nothing_changes_no_logit(family):
    config, student = wide(family, channels=3)
    generator = torch.Generator().manual_seed(4)
    for part in student.features:
        if part.op != "depthwise_3x3":
            count = part.conv.out_channels
            silent = torch.randperm(count, generator=generator)[max(8, round(count / 16) * 8):]
        silence(part, silent)  # of a depthwise layer the same channels, or it would make something of nothing
    narrow, pruned = prune.prune(student, config, LABELS, 0.5)
    assert (narrow.stem, narrow.blocks) == (8, ((16, 2), (16, 1), (16, 2)))
    x = torch.rand(4, 3, 24, 24)
    assert student(x).std() > 1e-3
    torch.testing.assert_close(pruned(x), student(x), atol=1e-5, rtol=1e-4)


def test_pruned_student_costs_less_and_has_whole_groups():
    config, student = wide()
    narrow, pruned = prune.prune(student, config, LABELS, 0.4)
    before, after = (cost.instructions(one.folded(), 24, 24, 1) for one in (student, pruned))
    assert after < 0.8 * before
    assert narrow.stem % 8 == 0 and all(channels % 8 == 0 for channels, _ in narrow.blocks)
    assert Student(narrow, LABELS).load_state_dict(pruned.state_dict())


def test_multiplier_is_part_of_what_is_pruned():
    config, _ = wide()
    torch.manual_seed(1)
    doubled = msgspec.structs.replace(config, multiplier=2.0)
    narrow, _ = prune.prune(Student(doubled, LABELS).eval(), doubled, LABELS, 0.5)
    assert (narrow.multiplier, narrow.stem, narrow.blocks) == (1.0, 16, ((24, 2), (32, 1), (40, 2)))


def test_residual_student_is_refused():
    config, student = wide("residual")
    with pytest.raises(TrainingError, match="residual"):
        prune.prune(student, config, LABELS, 0.5)


def test_fine_tuning_makes_the_held_out_loss_smaller():
    """Bright frames are open: a pruned student that knows nothing learns it in a few steps."""
    settings, student = wide()
    config = msgspec.structs.replace(Config(), student=msgspec.structs.replace(settings, batch=8))
    target = torch.arange(24) % 2
    wide_pictures = torch.rand(24, 40, 40, 3, generator=torch.Generator().manual_seed(2)) * 60 + 20 + 140 * target[:, None, None, None]
    pictures = wide_pictures.to(torch.uint8)
    material = Material(pictures[:, :24, :24, :1].contiguous(), pictures, target, ["closed", "open", "unusable"],
                        torch.arange(16), torch.arange(16, 24), 0.12)
    held = prune.distil.held_out(material, config)
    _, pruned = prune.prune(student, settings, LABELS, 0.5)
    before = prune.distil.score(pruned, *held)[0]
    made = []
    for _ in range(2):
        torch.manual_seed(3)  # for dropout
        made.append(prune.recover(prune.prune(student, settings, LABELS, 0.5)[1], material, None, config,
                                  torch.Generator().manual_seed(3), 60))
    assert prune.distil.score(made[0], *held)[0] < before
    assert all(torch.equal(a, b) for a, b in zip(made[0].state_dict().values(), made[1].state_dict().values()))

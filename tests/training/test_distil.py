"""The student's training on random pictures: taken up after a kill, and taught by views that the teacher has seen."""

import msgspec
import pytest
import torch
from torch import nn

from training import distil, lessons
from training.config import Config, Student, Teacher
from training.material import Material
from training.progress import Silent
from training.student import Student as StudentNetwork

LABELS = ["closed", "open", "unusable"]


class Stop(Exception):
    pass


class Watch(Silent):
    """Counts steps; raises Stop when `stop_after` of this call are done."""

    def __init__(self, stop_after=None):
        self.done, self.lines, self._stop_after = 0, [], stop_after

    def advance(self, n=1, **figures):
        self.done += n
        if self._stop_after is not None and self.done >= self._stop_after:
            raise Stop

    def say(self, text):
        self.lines.append(text)


class Brightness(nn.Module):
    """A teacher whose features are mean red, green and blue, and whose "open" is bright."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(3, 3)
        self.head.weight.data = torch.tensor([[-9.0, -9.0, -9.0], [9.0, 9.0, 9.0], [0.0, 0.0, 0.0]])
        self.head.bias.data = torch.tensor([13.5, -13.5, -4.0])
        self.offset, self.temperature = torch.tensor([0.5, -0.5, 0.0]), torch.tensor(2.0)

    def body(self, x):
        return x.mean((2, 3))


@pytest.fixture(scope="module")
def config():
    return msgspec.structs.replace(Config(), teacher=Teacher(side=40), student=Student(
        width=32, height=24, stem=4, blocks=((8, 2),), steps=24, batch=8, views=60))


@pytest.fixture(scope="module")
def material():
    """Twenty dark and bright frames, two fifths without a label; five are held out."""
    generator = torch.Generator().manual_seed(5)
    target = torch.arange(20) % 2
    wide = (torch.rand(20, 48, 48, 3, generator=generator) * 60 + 40 + 110 * target.view(-1, 1, 1, 1)).to(torch.uint8)
    exact = wide[:, 6:30, 6:38, :1].contiguous()
    target[torch.arange(20) % 5 > 2] = -1
    return Material(exact, wide, target, LABELS, torch.arange(15), torch.arange(15, 20), 0.12)


@pytest.fixture(scope="module")
def bank(material, config):
    return lessons.prepare(Brightness(), material, config, torch.Generator().manual_seed(6), Silent())


def _train(material, config, bank, watch=None, checkpoint=None):
    """(weights, rows, state of the generators after it)."""
    torch.manual_seed(9)
    generator, rows = torch.Generator().manual_seed(8), []
    soft = torch.randn(20, 3, generator=torch.Generator().manual_seed(7))
    student = distil.train(material, soft, config, generator, watch or Watch(),
                           lambda stage, step, **figures: rows.append((stage, step, figures)), bank, checkpoint)
    return student.state_dict(), rows, torch.cat([generator.get_state(), torch.get_rng_state()])


def _same(one, other):
    return (one[0].keys() == other[0].keys() and all(torch.equal(one[0][name], other[0][name]) for name in one[0])
            and one[1] == other[1] and torch.equal(one[2], other[2]))


def test_killed_training_goes_on_with_the_same_result_bit_for_bit(material, config, bank, tmp_path):
    path = tmp_path / "student.part"
    whole = _train(material, config, bank)
    for steps in (1, 16, 19):  # killed before the first writing, then at 16, then soon after it went on from there
        with pytest.raises(Stop):
            _train(material, config, bank, Watch(steps), path)
    watch = Watch()
    assert _same(_train(material, config, bank, watch, path), whole)
    assert any("from step 18" in line for line in watch.lines)
    again = Watch()
    assert _same(_train(material, config, bank, again, path), whole)
    assert any("from step 24" in line for line in again.lines)


def test_checkpoint_of_other_inputs_or_a_damaged_one_is_passed_over(material, config, bank, tmp_path):
    path = tmp_path / "student.part"
    _train(material, config, bank, checkpoint=path)
    other = msgspec.structs.replace(config, seed=2)
    watch = Watch()
    _train(material, other, bank, watch, path)
    assert not watch.lines
    path.write_bytes(path.read_bytes()[:500])
    assert _same(_train(material, config, bank, watch, path), _train(material, config, bank))
    assert not watch.lines


def test_teacher_and_student_see_the_same_view(material, config, bank):
    assert bank.copies == 4 and bank.views.shape == (60, 1, 24, 32) and bank.logits.shape == (60, 3)
    rows = torch.arange(60)
    bright = bank.pictures(rows).mean((1, 2, 3))
    leaning = bank.logits[:, 1] - bank.logits[:, 0]
    order = torch.stack([bright, leaning])
    assert torch.corrcoef(order)[0, 1] > 0.97  # between views of one frame too: exposure moves both
    one = order[:, :4]
    assert torch.corrcoef(one)[0, 1] > 0.9 and one[0].std() > 0.02


def test_bank_has_rows_of_training_frames_only_and_repeats_with_the_seed(material, config, bank):
    assert (bank.first[15:] == -1).all() and bank.first[:15].tolist() == list(range(0, 60, 4))
    rows = bank.rows(torch.tensor([3] * 200), torch.Generator().manual_seed(1))
    assert set(rows.tolist()) == {12, 13, 14, 15}
    again = lessons.prepare(Brightness(), material, config, torch.Generator().manual_seed(6), Silent())
    assert torch.equal(again.views, bank.views) and torch.equal(again.logits, bank.logits)
    assert abs(float(bank.features.float().square().mean()) - 1) < 0.01


def test_bank_is_the_same_on_one_thread_and_on_two(material, config):
    before, banks = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        banks.append(lessons.prepare(Brightness(), material, config, torch.Generator().manual_seed(6), Silent()))
    torch.set_num_threads(before)
    assert all(torch.equal(getattr(banks[0], name), getattr(banks[1], name)) for name in ("views", "logits", "features"))


def test_share_of_zero_makes_no_lessons(material, config):
    off = msgspec.structs.replace(config, student=msgspec.structs.replace(config.student, matched=0.0))
    assert lessons.prepare(None, material, off, None, None) is None


def test_hint_pulls_the_features_towards_the_teachers(config, bank):
    torch.manual_seed(3)
    student = StudentNetwork(config.student, 3)
    hint = distil.Hint(student, bank)
    rows, counted, distances = torch.arange(40), torch.arange(40) % 4 > 0, []
    optimiser = torch.optim.SGD([*student.features.parameters(), *hint.parameters()], 0.1)
    for _ in range(40):
        student(bank.pictures(rows))
        distances.append(hint.distance(bank.features[rows].float(), counted))
        optimiser.zero_grad()
        distances[-1].backward()
        optimiser.step()
    assert distances[-1] < 0.6 * distances[0]
    assert hint.distance(bank.features[rows].float(), torch.zeros(40)) == 0

"""What the student learns from: the same batches in any order, on any number of threads."""

import dataclasses

import msgspec
import pytest
import torch

from training.batches import Batches
from training.config import Config, Student
from training.lessons import Lessons
from training.material import Material

FRAMES = 20


@pytest.fixture(scope="module")
def config():
    return msgspec.structs.replace(Config(), student=Student(width=32, height=24, batch=12))


@pytest.fixture(scope="module")
def material():
    generator = torch.Generator().manual_seed(5)
    wide = torch.randint(0, 256, (FRAMES, 48, 48, 3), generator=generator, dtype=torch.uint8)
    target = torch.arange(FRAMES) % 2
    target[::3] = -1
    return Material(wide[:, 6:30, 6:38, :1].contiguous(), wide, target, ["closed", "open", "unusable"],
                    torch.arange(15), torch.arange(15, FRAMES), 0.12)


@pytest.fixture(scope="module")
def soft():
    return torch.randn(FRAMES, 3, generator=torch.Generator().manual_seed(7))


@pytest.fixture(scope="module")
def lessons():
    generator = torch.Generator().manual_seed(6)
    first = torch.where(torch.arange(FRAMES) < 15, torch.arange(FRAMES) * 2, -1)
    return Lessons(torch.randint(0, 256, (30, 1, 24, 32), generator=generator, dtype=torch.uint8),
                   torch.randn(30, 3, generator=generator), torch.randn(30, 5, generator=generator).half(), first, 2)


def _batches(material, soft, config, lessons=None, seed=4):
    return Batches(material, soft, config, torch.Generator().manual_seed(seed), lessons)


def _same(one, other):
    pairs = zip(dataclasses.astuple(one), dataclasses.astuple(other))
    return all(torch.equal(a, b) if a is not None else b is None for a, b in pairs)


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_batch_depends_on_its_number_and_the_seed_only(material, soft, config, lessons):
    there = _batches(material, soft, config, lessons)
    late = there.batch(9)
    assert _same(_batches(material, soft, config, lessons).batch(9), late)
    assert not _same(there.batch(8), late)
    assert not _same(_batches(material, soft, config, lessons, seed=5).batch(9), late)


@pytest.mark.parametrize("count", [1, 2])
def test_batches_prepared_ahead_are_the_same_in_the_same_order(material, soft, config, lessons, threads, count):
    batches = _batches(material, soft, config, lessons)
    threads(count)
    found = list(batches.steps(3, 9))
    assert [step for step, _ in found] == list(range(3, 10))
    assert all(_same(batch, batches.batch(step)) for step, batch in found)
    assert torch.get_num_threads() == count
    assert not list(batches.steps(5, 4))


def test_error_in_a_batch_that_is_prepared_ahead_reaches_the_training(material, soft, config, threads):
    broken = dataclasses.replace(material, wide=material.wide[:0])
    threads(2)
    with pytest.raises(IndexError):
        list(_batches(broken, soft, config).steps(1, 3))


def test_matched_views_come_first_with_the_teachers_opinion_of_them(material, soft, config, lessons):
    batch = _batches(material, soft, config, lessons).batch(1)
    assert batch.features.shape == (6, 5) and batch.wanted.shape == (12, 3)
    rows = [int((lessons.features.float() == one).all(1).nonzero()) for one in batch.features]
    assert torch.equal(batch.wanted[:6], lessons.logits[rows])
    assert all(any(torch.equal(one, opinion) for opinion in soft) for one in batch.wanted[6:])


def test_covered_pictures_are_unusable_and_unlabelled_ones_have_no_target(material, soft, config):
    batches = _batches(material, soft, config)
    found = [batches.batch(step) for step in range(30)]
    target, covered = (torch.cat([getattr(one, name) for one in found]) for name in ("target", "covered"))
    assert torch.equal(target == 2, covered) and 0.08 < covered.float().mean() < 0.25
    assert set(target.tolist()) == {-1, 0, 1, 2}
    labels_alone = _batches(material, None, config).batch(1)
    assert labels_alone.wanted is None and (labels_alone.target >= 0).all()

"""The instruction counter, on assembly programs whose counts are known to the instruction (sdk/counter/checks)."""

import pytest

from bench.count import BUILT, count
from bench.errors import BenchError

MARK = 3  # instructions that a stop puts in front of its svc


@pytest.fixture(scope="module", autouse=True)
def programs(bench_programs):
    if not (BUILT / "counter.so").exists():
        pytest.skip(f"{BUILT} is missing: run `make bench-programs`")


def check(name, **options):
    slots, _ = count([BUILT / "checks" / name], **options)
    return slots


def instructions(name, cpu):
    return {slot: entry["instructions"] for slot, entry in check(name, cpu=cpu).items() if slot is not None}


pytestmark = [pytest.mark.image, pytest.mark.parametrize("cpu", ["cortex-a9", "cortex-a7"])]


def test_loops_count_every_turn(cpu):
    assert instructions("loops", cpu) == {
        0: MARK, 1: 1 + MARK, 2: 1 + 2 * 1000 + MARK, 3: 1 + 2 * 2000 + MARK, 4: 3 * (1 + MARK)}


def test_calls_of_a_slot_add_up(cpu):
    slot = check("loops", cpu=cpu)[4]
    assert (slot["calls"], slot["fewest"], slot["most"]) == (3, 1 + MARK, 1 + MARK)


def test_whole_program_is_the_sum_of_all_there_is(cpu):
    marks = 4 * 2 * 7  # seven starts and stops: four instructions each
    loops = 1 + (1 + 2 * 1000) + (1 + 2 * 2000) + 3 * 1
    around = 1 + 3 * 2  # slot 4's own loop
    quit = 3
    assert check("loops", cpu=cpu)[None]["instructions"] == marks + loops + around + quit


def test_failed_conditions_branches_and_thumb_count_exactly(cpu):
    assert instructions("branches", cpu) == {0: 8 + MARK, 1: 7 + MARK, 2: 6 + MARK, 3: 9 + MARK}


@pytest.mark.parametrize("name", ["branches", "multiplies", "simd_bytes"])
def test_count_does_not_depend_on_how_qemu_cuts_blocks(cpu, name):
    whole, single = check(name, cpu=cpu), check(name, cpu=cpu, single_step=True)
    assert {slot: entry["instructions"] for slot, entry in single.items()} == {
        slot: entry["instructions"] for slot, entry in whole.items()}


def test_multiplies_are_told_apart_in_both_instruction_sets(cpu):
    slots = check("multiplies", cpu=cpu)
    long, neon = ([slots[slot][kind] for slot in range(4)] for kind in ("long_multiplies", "neon_multiplies"))
    assert (long, neon) == ([9, 9, 0, 0], [0, 0, 9, 9])
    assert [slots[slot]["instructions"] for slot in range(4)] == 4 * [13 + MARK]


def test_simd_bytes_are_those_of_the_registers_moved(cpu):
    slots = check("simd_bytes", cpu=cpu)
    loads = (8 + 16 + 24 + 32) + (16 + 32 + 24 + 32) + (1 + 4 + 4 + 16) + (4 + 8 + 32 + 20)
    stores = 16 + 32 + 2 + 8 + 4 + 64
    assert [(slots[slot]["simd_load_bytes"], slots[slot]["simd_store_bytes"]) for slot in (0, 1)] == 2 * [(loads, stores)]


def test_pages_are_counted_once_and_by_kind(cpu):
    slots = check("pages", cpu=cpu, pages=True)
    kinds = ("pages", "pages_fetched", "pages_loaded", "pages_stored")
    assert [slots[0][kind] for kind in kinds] == [1 + 6, 1, 3 + 2, 2]  # page 4 is loaded and stored
    assert [slots[1][kind] for kind in kinds] == [1, 1, 0, 0]


def test_program_that_fails_is_reported(cpu):
    with pytest.raises(BenchError, match="ended with status"):
        count([BUILT / "checks" / "marks.none"], cpu=cpu)

from camera_firmware.spool_index import EVALUATION, SpoolIndex, rank
from contract.sample import sample_id


class Reference:
    """The same with lists."""

    def __init__(self):
        self.samples = []

    def victim(self, limit):
        slice_bytes = sum([size for _, size, value in self.samples if value == EVALUATION])
        values = [value for _, _, value in self.samples]
        return values.index(EVALUATION if slice_bytes > limit else min(values))


def next_random(state):
    return (state * 1103515245 + 12345) & 0x7FFFFFFF


def test_index_says_what_lists_say():
    index, reference, state = SpoolIndex(64), Reference(), 5
    for step in range(1500):
        state = next_random(state)
        dice = state >> 8
        if len(index) < 64 and dice % 3:
            name = sample_id(dice & 0xFFFF3, step)
            value = EVALUATION if dice % 5 == 1 else dice % 7
            index.add(name, 100 + dice % 50, value)
            reference.samples.append((name, 100 + dice % 50, value))
        elif len(index):
            at = index.victim(1000) if dice % 2 else dice % len(index)
            if dice % 2:
                assert at == reference.victim(1000)
            assert index.remove(at) == reference.samples.pop(at)[:2]
        assert index.bytes == sum([size for _, size, _ in reference.samples])
        if step % 10 == 0:
            assert [index.name(i) for i in range(len(index))] == [name for name, _, _ in reference.samples]
        if len(index):
            assert index.find(reference.samples[dice % len(index)][0]) == dice % len(index)


def test_name_is_found_only_where_a_record_begins():
    index = SpoolIndex(8)
    index.add("00000005-00000006", 7, 1)
    index.add("00000000-00000005", 6, 1)  # the bytes of 6, 7 stand in the first record, behind its name
    assert index.find("00000006-00000007") == -1
    assert index.find("00000000-00000005") == 1


def test_samples_of_earlier_lives_are_ordered_by_time_and_name():
    index = SpoolIndex(8)
    for name, seconds in (("00000009-00000001", 50), ("00000001-00000003", 70), ("00000001-00000002", 70), ("0000000a-00000000", 10),
                          ("ffffffff-00000000", 4000000000)):
        index.add_aged(name, 10, 0, seconds)
    assert [index.name(i) for i in range(5)] == ["0000000a-00000000", "00000009-00000001", "00000001-00000002",
                                                 "00000001-00000003", "ffffffff-00000000"]


def test_rank_sets_the_evaluation_slice_apart():
    assert rank(0, False) == 0 and rank(255, False) == 254 and rank(3, True) == EVALUATION

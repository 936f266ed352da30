import asyncio

from camera_firmware.current_picture import CurrentPicture
from expect import raises


def played(*steps, size=8):
    """What several askers get while frames come: each step is ("ask",), ("frame", bytes), ("release",)."""
    async def play():
        one, asked, got = CurrentPicture(size, bytearray), [], []

        async def ask():
            return bytes(await one.take(0.05) or b"")

        for step in steps:
            if step[0] == "ask":
                asked.append(asyncio.create_task(ask()))
            elif step[0] == "release":
                one.release()
            elif one.waiting:
                one.offer(step[1])
            for _ in range(5):
                await asyncio.sleep(0)
        for task in asked:
            got.append(await task)
        return got, one

    return asyncio.run(play())


def test_who_asks_gets_the_next_frame_and_not_the_last():
    got, one = played(("frame", b"old"), ("ask",), ("frame", b"new"), ("frame", b"newer"))
    assert got == [b"new"] and one.waiting == 0


def test_several_who_ask_together_get_the_same_frame():
    got, _ = played(("ask",), ("ask",), ("frame", b"one"), ("frame", b"two"))
    assert got == [b"one", b"one"]


def test_a_picture_that_is_being_sent_stays_and_is_shared():
    got, _ = played(("ask",), ("frame", b"one"), ("ask",), ("frame", b"two"), ("release",), ("release",), ("ask",), ("frame", b"three"))
    assert got == [b"one", b"one", b"three"]


def test_no_frame_in_time_is_no_picture_and_leaves_nobody_waiting():
    got, one = played(("ask",))
    assert got == [b""] and one.waiting == 0


def test_a_frame_that_is_too_large_is_left_and_the_next_one_may_fit():
    assert played(("ask",), ("frame", b"x" * 9), ("frame", b"x" * 8))[0] == [b"x" * 8]


def test_memory_is_taken_when_it_is_first_asked_for():
    made = []

    def allocate(size):
        made.append(size)
        raise MemoryError

    one = CurrentPicture(100, allocate)
    assert made == []
    raises(MemoryError, asyncio.run, one.take(0))
    assert made == [100] and one.waiting == 0

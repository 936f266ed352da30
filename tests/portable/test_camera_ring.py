from camera_firmware.ring import Ring

FACTS = {"time_ms": 1772360430500, "width": 640, "height": 360, "state": "open", "score": 0.9125, "model": 3}


def jpeg(i, size=100):
    return bytes([i]) * size


def held(ring, since=0):
    return [bytes(view)[0] for view, _ in ring.since(since)]


def test_ring_holds_a_frame_a_second_and_gives_the_latest():
    ring = Ring(bytearray(2000))
    for i in range(40):
        ring.add(jpeg(i), 500 * i, **FACTS)
    assert held(ring) == [24, 26, 28, 30, 32, 34, 36, 38]
    assert held(ring, 17000) == [34, 36, 38]


def test_facts_and_bytes_come_back():
    ring = Ring(bytearray(2000))
    ring.add(jpeg(7), 0, **FACTS)
    nothing = {"time_ms": None, "width": 64, "height": 48, "state": None, "score": None, "model": None}
    ring.add(jpeg(8), 1000, **nothing)
    found = [(bytes(view), facts) for view, facts in ring.since(0)]
    assert found == [(jpeg(7), FACTS), (jpeg(8), nothing)]


def test_frames_of_any_size_never_overwrite_one_that_is_still_held():
    ring, state = Ring(bytearray(1000)), 3
    for i in range(500):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        ring.add(jpeg(i % 251, 1 + (state >> 8) % 600), 1000 * i, **FACTS)
        views = [bytes(view) for view, _ in ring.since(0)]
        assert all(view == view[:1] * len(view) for view in views) and sum([len(view) for view in views]) <= 1000
        assert [view[0] for view in views] == [at % 251 for at in range(i + 1 - len(views), i + 1)] and views
    ring.add(jpeg(1, 1001), 1000000, **FACTS)
    assert views == [bytes(view) for view, _ in ring.since(0)], "too large a frame is left out"


def test_clock_that_steps_back_begins_anew():
    ring = Ring(bytearray(1000))
    for i in (5000, 6000, 1000, 2000):
        ring.add(jpeg(i // 1000), i, **FACTS)
    assert held(ring) == [1, 2]

"""camera_firmware.view on drawn pictures: a wall with a grid of stones, a door in its middle."""

try:
    import frame
    import imgprep
    import ujpeg
except ImportError:
    from host_tools.native import frame, imgprep, ujpeg

from camera_firmware.inference import Modules
from camera_firmware.view import EVERY_MS, View
from contract import view as contract_view
from contract.decision import UNKNOWN
from contract.events import BLINDED, COVERED, DEFOCUSED, FROZEN, LOW_MARGIN, MOVED, UNUSABLE
from contract.preprocess import REGION_UNIT

W, H, MARGIN = 256, 192, 40
REGION = [3500, 2500, 6500, 7500]
UTC_MS = 1772360430500
LONGEST = 200000
_encoded = bytearray(LONGEST)


def draw(width, height, seed):
    """Stones of random grey, 6 to 13 pixels wide."""
    state, rows, y = seed, [], 0
    while y < height:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        tall, row = 6 + (state >> 16) % 8, bytearray()
        while len(row) < width:
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            row += bytes([40 + (state >> 16) % 160]) * (6 + (state >> 24) % 8)
        rows += [bytes(row[:width])] * tall
        y += tall
    return rows[:height]


WALL = draw(W + 2 * MARGIN, H + 2 * MARGIN, 5)


def cut(right=0, down=0, wall=WALL, light=None, door=0):
    """The frame of a camera whose picture has moved by so many pixels; `light` maps grey levels, `door` is its level."""
    rows = [bytearray(wall[y + MARGIN - down][MARGIN - right:MARGIN - right + W]) for y in range(H)]
    for y in range(H * 30 // 100, H * 70 // 100):
        rows[y + down if 0 <= y + down < H else y][W * 40 // 100:W * 60 // 100] = bytes([door]) * (W * 60 // 100 - W * 40 // 100)
    pixels = b"".join(bytes(row) for row in rows)
    return bytes(light[value] for value in pixels) if light else pixels


def jpeg(pixels, number=0):
    """The JPEG's length in _encoded; `number` makes it a picture of its own, as noise does."""
    pixels = bytearray(pixels)
    for i in range(0, len(pixels), 61):
        pixels[i] = max(0, min(255, pixels[i] + (number * 31 + i * 7) % 25 - 12))
    return ujpeg.encode(pixels, W, H, 1, _encoded, 90)


class Silent:
    def __init__(self):
        self.lines = []

    def info(self, _, text):
        self.lines.append(text)

    repeated = recovered = warning = info


class Model:
    region = REGION

    def __init__(self):
        near = contract_view.Surroundings(imgprep, REGION)
        small = bytearray(contract_view.SIDE * contract_view.SIDE)
        pixels = bytearray(W // 2 * (H // 2))
        ujpeg.decode(memoryview(_encoded)[:jpeg(cut())], pixels, 2)
        imgprep.resize_area(pixels, W // 2, H // 2, 1, None, small, 64, 64)
        near.describe(small)
        self.view = self
        self.references, self.focus, self.lowest_peak = [bytes(near.edges)], near.focus, contract_view.LOWEST_PEAK


MODEL = Model()


class Network:
    """In place of inference.Inference and its Looker."""

    def __init__(self):
        self.verdict, self.reason, self.looker, self.aimed = "closed", "frames", self, []

    def aim(self, right, down):
        self.aimed.append((right, down))
        return right, down


class Camera:
    """A View that is shown a frame every half second, as camera_firmware.pipeline does it."""

    def __init__(self, wanted=True):
        self.log, self.network, self.now, self.number = Silent(), Network(), 0, 0
        self.view = View(Modules(frame, ujpeg), imgprep, LONGEST, wanted, self.log)
        self.view.use(MODEL, 0)

    def show(self, pixels, frames=1, differs=False, still=False, time_ms=None):
        """The reasons after each frame."""
        said = []
        for _ in range(frames):
            self.now += 500
            if not still:
                self.number += 1
            if self.view.due(self.now, differs):
                self.view.look(_encoded, jpeg(pixels, self.number), time_ms or UTC_MS + self.now, self.now)
                self.view.follow(self.network.looker)
            said.append(self.view.reason_for(self.network))
        return said


def test_view_of_the_training_days_is_good_whatever_the_light_and_the_door():
    camera = Camera()
    darker = [20 + value // 4 for value in range(256)]
    gamma = [int((value / 255) ** 0.5 * 255) for value in range(256)]
    for pixels in (cut(), cut(door=255), cut(light=darker), cut(light=gamma)):
        assert camera.show(pixels, 12) == [None] * 12, (camera.view.peak, camera.view.reason)
    assert camera.view.shift == (0, 0) and camera.view.peak > 6000 and not camera.log.lines


def test_check_is_due_every_second_and_a_half_or_when_the_network_sees_another_state():
    camera = Camera()
    camera.show(cut(), 30)
    assert camera.view.checks == 10 and EVERY_MS == 1500
    camera.show(cut(), 5, differs=True)
    assert camera.view.checks == 15


def test_first_look_at_a_displaced_view_already_holds_back_what_the_network_says():
    camera = Camera()
    camera.show(cut(), 4)
    assert camera.show(cut(20, 0), differs=True) == [MOVED]


def test_nudge_is_followed_after_two_checks_without_a_word():
    for right, down in ((8, 0), (0, -7), (-6, 6)):
        camera = Camera()
        camera.show(cut(), 6)
        said = camera.show(cut(right, down), 12)
        assert said.count(MOVED) == 1 and said[-6:] == [None] * 6, said
        x, y = camera.view.shift
        assert abs(x - right * REGION_UNIT / W) < 120 and abs(y - down * REGION_UNIT / H) < 120, camera.view.shift
        assert camera.network.aimed == [camera.view.shift] and "nudged" in camera.log.lines[-1]
        assert camera.show(cut(), 12)[-6:] == [None] * 6, "and back again"
        assert max(abs(value) for value in camera.view.shift) < 120


def test_view_that_went_farther_than_the_region_can_follow_is_moved_within_two_seconds():
    for right, down in ((21, 0), (0, 16), (-21, 10)):
        camera = Camera()
        camera.show(cut(), 6)
        said = camera.show(cut(right, down), 8)
        assert said[3:] == [MOVED] * 5 and not camera.network.aimed, said
        assert camera.show(cut(), 5)[3:] == [None] * 2, "it is back in its place"


def test_region_does_not_follow_out_of_the_frame():
    model = Model()
    model.region = [100, 2500, 4000, 7500]
    camera = Camera()
    camera.view.use(model, 0)
    said = camera.show(cut(-12, 0), 8)
    assert said[3:] == [MOVED] * 5 and not camera.network.aimed


def test_covered_and_blinded_and_other_views_have_their_reasons():
    for pixels, reason in ((cut(light=[0] * 256), COVERED), (cut(light=[90] * 256), COVERED), (cut(light=[250] * 256), BLINDED),
                           (cut(wall=draw(W + 2 * MARGIN, H + 2 * MARGIN, 99)), COVERED)):
        camera = Camera()
        camera.show(cut(), 6)
        assert camera.show(pixels, 8)[3:] == [reason] * 5
        assert len(camera.log.lines) == 1 and reason in camera.log.lines[0]
        assert camera.show(cut(), 5)[3:] == [None] * 2


def test_network_that_knows_a_blocked_view_keeps_its_word_for_it():
    camera = Camera()
    camera.show(cut(), 6)
    camera.network.verdict, camera.network.reason = UNKNOWN, UNUSABLE
    assert camera.show(cut(light=[90] * 256), 5)[3:] == [UNUSABLE] * 2
    camera.network.reason = LOW_MARGIN
    assert camera.show(cut(light=[90] * 256)) == [COVERED]


def blurred(pixels):
    return soft(soft(pixels, 1), W)


def soft(pixels, step):
    """Mean of seven pixels `step` apart."""
    out = bytearray(pixels)
    for i in range(3 * step, len(pixels) - 3 * step):
        out[i] = (pixels[i - 3 * step] + pixels[i - 2 * step] + pixels[i - step] + pixels[i] + pixels[i + step]
                  + pixels[i + 2 * step] + pixels[i + 3 * step]) // 7
    return out


def test_blurred_view_is_defocused_after_ten_seconds_and_a_short_blur_is_nothing():
    camera, blur = Camera(), blurred(cut())
    camera.show(cut(), 6)
    assert not camera.view.doubtful
    assert camera.show(blur, 16) == [None] * 16 and camera.view.doubtful, "a drop runs down"
    camera.show(cut(), 6)
    assert not camera.view.doubtful
    said = camera.show(blur, 30)
    assert said[:18] == [None] * 18 and said[-4:] == [DEFOCUSED] * 4
    assert camera.show(cut(), 6)[-1] is None


def test_repeated_picture_of_a_live_camera_is_frozen_within_four_and_a_half_seconds():
    camera = Camera()
    assert camera.show(cut(), 130)[-1] is None
    said = camera.show(cut(), 9, still=True)
    assert FROZEN in said[:9] and said.index(FROZEN) >= 4 and said[-1] == FROZEN
    assert camera.show(cut(), 4)[-1] is None


def test_standing_time_of_a_live_camera_is_frozen():
    camera = Camera()
    camera.show(cut(), 130)
    assert camera.show(cut(), 9, time_ms=UTC_MS)[-1] == FROZEN


def test_source_that_always_repeats_its_pictures_is_not_frozen():
    camera = Camera()
    assert camera.show(cut(), 40, still=True) == [None] * 40
    for _ in range(30):
        assert camera.show(cut(), 3) == [None] * 3 and camera.show(cut(), 6, still=True) == [None] * 6


def test_without_a_reference_or_when_not_wanted_nothing_is_checked():
    camera = Camera(wanted=False)
    assert camera.show(cut(light=[0] * 256), 8) == [None] * 8 and camera.view.checks == 0
    camera = Camera()
    camera.view.use(None, 0)
    assert camera.show(cut(light=[0] * 256), 8) == [None] * 8 and camera.view.checks == 0


def test_frame_that_is_damaged_below_the_region_is_not_checked():
    camera = Camera()
    camera.show(cut(), 3)
    length = jpeg(cut())
    camera.view.look(_encoded, length * 3 // 4, UTC_MS, camera.now + 2000)
    assert camera.view.checks == 1 and camera.view.reason is None


def test_check_allocates_nothing():
    try:
        from micropython import heap_lock, heap_unlock
    except ImportError:
        return  # a matter of MicroPython's heap
    camera, view = Camera(), None
    camera.show(cut(), 6)
    length, view, now = jpeg(cut(), 7), camera.view, camera.now
    heap_lock()
    try:
        for i in range(5):
            now += 500
            if view.due(now, False):
                view.look(_encoded, length, None, now)
            view.reason_for(camera.network)
    finally:
        heap_unlock()
    assert view.checks >= 3 and view.reason is None

import json
import os

try:
    import imgprep
except ImportError:
    from host_tools.native import imgprep

from camera_firmware.features import Features
from camera_firmware.policy_state import PolicyState
from contract import durable
from contract.sampling import Policy


class Looker:
    def __init__(self, small, shape):
        self.small = small
        self.shape = shape


class Stage:
    verdict = "open"

    def __init__(self, small, shape, model=None):
        self.looker = Looker(small, shape)
        self.model = model

    def lead(self):
        return 77


def stripes(width, height, channels, colour=(255, 255, 255)):
    """Left half black, right half of a colour."""
    row = bytes(channels * (width // 2)) + bytes(colour[:channels]) * (width // 2)
    return row * height


def test_grey_input_is_reduced_and_described():
    look = Features(imgprep).fill(Stage(stripes(64, 48, 1, (200,)), (64, 48, 1)), "closed")
    assert look.small == stripes(32, 32, 1, (200,)) and len(look.hog) == 324 and max(look.hog) > 0
    assert look.colour[0] == 128 and look.colour[50] == 128 and sum(look.colour) == 256
    assert (look.verdict, look.lead, look.smoothed) == (None, None, None)


def test_grey_of_a_coloured_input_is_the_mean_of_its_channels():
    look = Features(imgprep).fill(Stage(stripes(64, 64, 3, (30, 60, 90)), (64, 64, 3), True), "closed")
    assert look.small == stripes(32, 32, 1, (60,))
    assert (look.verdict, look.lead, look.smoothed) == ("open", 77, "closed")


def test_one_colour_alone_is_a_full_bin():
    look = Features(imgprep).fill(Stage(bytes(64 * 64 * 3), (64, 64, 3)), None)
    assert look.colour[0] == 255 and sum(look.colour) == 255 and max(look.hog) == 0


class Counted:
    """imgprep that counts what is expensive."""

    def __init__(self):
        self.calls = []
        for name in ("hog_size", "hog_scratch_size", "resize_area", "mean_abs_diff"):
            setattr(self, name, getattr(imgprep, name))

    def hog(self, *arguments):
        self.calls.append("hog")
        imgprep.hog(*arguments)

    def colour_shares(self, *arguments):
        self.calls.append("colour")
        imgprep.colour_shares(*arguments)


def calls(features, counted, small):
    del counted.calls[:]
    features.fill(Stage(small, (64, 64, 1)), None)
    return counted.calls


def test_a_frame_fills_the_same_buffers_and_a_still_picture_costs_next_to_nothing():
    counted = Counted()
    features = Features(counted)
    assert calls(features, counted, stripes(64, 64, 1)) == ["hog", "colour"]
    before = bytes(features.look.hog)
    assert [calls(features, counted, stripes(64, 64, 1)) for _ in range(3)] == [[], [], []]
    assert calls(features, counted, stripes(64, 64, 1, (253,))) == [], "one grey level is noise"
    assert calls(features, counted, bytes(4096)) == ["hog"] and bytes(features.look.hog) != before
    assert calls(features, counted, bytes(4096)) == ["colour"] and features.look.colour[0] == 255


def test_where_everything_moves_colours_take_the_place_of_gradients_now_and_then():
    counted = Counted()
    features = Features(counted)
    found = [calls(features, counted, bytes([20 * i]) * 4096)[:] for i in range(11)]
    assert found == [["hog", "colour"]] + ([["hog"]] * 4 + [["colour"]]) * 2
    assert features.look.colour[50] == 255 and features.look.small[0] == 200


class Silent:
    def __init__(self):
        self.said = []

    def warning(self, area, text):
        self.said.append(text)

    def repeated(self, area, text):
        self.said.append(text)

    def recovered(self, area, text):
        pass


def kept_of(policy, times):
    features, found = Features(imgprep), []
    for i in times:
        small = bytes([40 * (i // 10 % 3)]) * 2048 + bytes([200]) * 2048
        choice = policy.update(features.fill(Stage(small, (64, 64, 1)), None), 1772360430500 + 1000 * i, 1000 * i)
        if choice:
            found.append(choice.reason)
    return found


def policy():
    return Policy({"random_percent": 0, "even_percent": 20}, imgprep.mean_abs_diff, lambda: 0.5)


def test_what_the_policy_knows_survives_a_restart():
    path, log = "/tmp/doorlens-policy-test-%d.json" % int.from_bytes(os.urandom(4), "big"), Silent()
    first = policy()
    PolicyState(first, path, log).load()
    assert "first" in kept_of(first, range(60))
    assert PolicyState(first, path, log).save() == 2
    again = policy()
    PolicyState(again, path, log).load()
    assert json.dumps(again.dump()) == json.dumps(first.dump()) and "first" not in kept_of(again, range(60, 70))
    assert log.said == []
    os.remove(path)


def test_spoilt_state_is_said_once_and_the_policy_begins_anew():
    path = "/tmp/doorlens-policy-test-%d.json" % int.from_bytes(os.urandom(4), "big")
    for text in (b"", b"half", b"[]", b"{}", b'{"version":1}', b"\xff"):
        durable.write(path, text)
        log, made = Silent(), policy()
        PolicyState(made, path, log).load()
        assert len(log.said) == 1 and "first" in kept_of(made, range(3)), text
    os.remove(path)


def test_disk_that_refuses_the_state_is_said():
    log = Silent()
    PolicyState(policy(), "/nowhere/at/all.json", log).save()
    assert log.said == ["sampling.json cannot be written: no such file or folder"]

"""The workbench's push against the built firmware, which dies and comes back while it is pushed to."""

import numpy
import pytest
from camera_model import make
from camera_process import TOKEN
from camera_server import picture
from signed_camera import SignedCamera, signed

from contract import api
from host_tools import push
from host_tools.camera_client import CameraClient


@pytest.fixture
def camera(tmp_path):
    pictures = tmp_path / "camera" / "pictures"
    pictures.mkdir(parents=True)
    (pictures / "dark.jpg").write_bytes(picture(20))
    with SignedCamera(tmp_path / "camera", {"source": {"type": "folder", "path": "pictures", "interval_ms": 20}}) as running:
        yield running


def large(spec, tensors):
    """A file of several pieces, and of more than what is synced at once."""
    tensors["filler"] = numpy.ones(150000, numpy.uint8)


def pushed(camera, what, told=None, **options):
    with CameraClient(f"http://127.0.0.1:{camera.port}", TOKEN) as client:
        return push.push(client, what, told, **options)


def crash_once(camera, when):
    """A `told` that lets the camera die and come back at the first answer of which when(answer) is true."""
    done = []

    def told(answer):
        if answer and when(answer) and not done:
            done.append(answer)
            camera.crash()
    told.done = done
    return told


@pytest.mark.parametrize("when", [
    lambda answer: answer["state"] == api.RECEIVING, lambda answer: answer["have"] > 100000, lambda answer: answer["state"] == api.TRIAL,
], ids=["at the first piece", "with a part on its disk", "in the trial"])
def test_push_completes_although_the_camera_dies(camera, when):
    what, told = push.Update(signed(1, make(1, large))), crash_once(camera, when)
    assert pushed(camera, what, told).result == push.CONFIRMED and told.done
    assert camera.update["state"] == api.CONFIRMED and camera.get(api.MODEL).json()["sequence"] == 1


def test_model_with_swapped_labels_is_rejected_with_a_reason_and_the_old_one_serves_on(camera):
    def swapped(spec, tensors):
        for name in ("1.weight", "1.bias"):
            tensors[name] = numpy.ascontiguousarray(tensors[name][[1, 0, 2]])
        tensors["selftest.logits"] = numpy.ascontiguousarray(tensors["selftest.logits"][:, [1, 0, 2]])

    assert pushed(camera, push.Update(signed(1))).result == push.CONFIRMED
    outcome = pushed(camera, push.Update(signed(2, make(2, swapped))))
    assert outcome.result == push.REJECTED and "agreed" in outcome.reason
    assert camera.get(api.MODEL).json()["sequence"] == 1


def test_old_content_returns_under_a_higher_number_only(camera):
    for sequence in (1, 2):
        assert pushed(camera, push.Update(signed(sequence))).result == push.CONFIRMED
    assert pushed(camera, push.Update(signed(1))).code == "update_sequence"
    assert pushed(camera, push.Update(signed(3, make(1)))).result == push.CONFIRMED
    assert camera.get(api.MODEL).json()["sequence"] == 1, "the model's own number"


def test_trial_without_pictures_is_undecided_and_goes_on_when_they_are_back(camera):
    pictures = camera.folder / "pictures"
    pictures.rename(camera.folder / "away")
    what = push.Update(signed(1))
    outcome = pushed(camera, what, patience_s=1)
    assert outcome.result == push.UNDECIDED and "pictures" in outcome.reason
    (camera.folder / "away").rename(pictures)
    assert pushed(camera, what).result == push.CONFIRMED

import threading
from pathlib import Path

import pytest
from camera_double import TOKEN
from fake_camera import TOKEN as FAKE_TOKEN
from fake_camera import FakeCamera
from update_double import PRODUCT, UpdateDouble

from contract import api, update
from contract.model import ModelError
from host_tools import keys, push
from host_tools.camera_client import CameraClient
from host_tools.errors import CameraError

PAGE = Path(__file__).parents[2] / "docs/pushing.md"
CONTENT = bytes(range(256)) * 200  # 51,200 bytes: four pieces with the header
KEY = keys.generate()


@pytest.fixture
def accept_any_model(monkeypatch):
    """These tests are about the conversation; what a model must be is tested with contract and firmware."""
    monkeypatch.setattr(push, "check", lambda data: None)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    for name in ("_POLL_S", "_RETRY_S", "_RESTART_S"):
        monkeypatch.setattr(push, name, tuple(0.001 for _ in getattr(push, name)))


def signed(sequence=1, content=CONTENT, key=KEY, product=PRODUCT):
    return push.Update(keys.sign(content, update.MODEL, sequence, product, key))


def pushed(camera, what=None, **options):
    with CameraClient(camera.url, TOKEN, timeout_s=10) as client:
        return push.push(client, what or signed(), **options)


@pytest.fixture
def camera():
    with UpdateDouble(KEY.public) as running:
        yield running


def test_damaged_model_never_leaves_the_host():
    camera = FakeCamera()
    with pytest.raises(ModelError):
        push.push_unsigned(CameraClient("http://camera", FAKE_TOKEN, camera), b"not a model")
    assert camera.model is None


def test_pushed_model_is_the_one_the_camera_confirms(accept_any_model):
    camera = FakeCamera()
    push.push_unsigned(CameraClient("http://camera", FAKE_TOKEN, camera), b"model")
    assert camera.model == b"model"


def test_camera_that_runs_another_model_is_noticed(accept_any_model):
    class Liar(FakeCamera):
        def _model(self, request):
            answer = super()._model(request)
            self.model = b"old"
            return answer

    with pytest.raises(CameraError, match="another one"):
        push.push_unsigned(CameraClient("http://camera", FAKE_TOKEN, Liar()), b"model")


def test_update_goes_in_pieces_and_is_confirmed_after_its_trial(camera):
    told = []
    outcome = pushed(camera, told=told.append)
    assert outcome.result == push.CONFIRMED and camera.content == CONTENT
    assert camera.pieces == list(range(0, update.HEADER_BYTES + len(CONTENT), push.PIECE_BYTES))
    assert [answer["state"] for answer in told][-1] == api.CONFIRMED and {"receiving", "trial"} <= {answer["state"] for answer in told}


def test_confirmed_update_is_not_sent_again(camera):
    pushed(camera)
    camera.pieces.clear()
    assert pushed(camera).result == push.CONFIRMED and camera.pieces == []


@pytest.mark.parametrize("when", ["request", "answer"])
@pytest.mark.parametrize("cuts", [[0], [20000], [51000], [0, 17000, 40000, 51000]])
def test_broken_connection_is_gone_on_with_where_the_camera_is(camera, when, cuts):
    camera.break_at[when] = set(cuts)
    assert pushed(camera).result == push.CONFIRMED and camera.content == CONTENT
    taken_twice = [offset for offset in camera.pieces if camera.pieces.count(offset) > 1]
    assert (len(taken_twice) > 0) is (when == "request"), "what had arrived is not sent again"


def test_connection_that_always_breaks_at_the_same_piece_is_given_up(camera, monkeypatch):
    monkeypatch.setattr(camera, "_breaks", lambda when, offset, body: offset > 0 and when == "request" and len(camera.pieces) < 50)
    assert pushed(camera).result == push.UNREACHABLE
    assert camera.pieces == [0] + [push.PIECE_BYTES] * (1 + len(push._RETRY_S))


def test_camera_that_has_less_after_a_restart_is_gone_on_with_there(camera):
    def restart(answer):
        if answer["have"] == 2 * push.PIECE_BYTES and len(camera.pieces) == 2:
            camera.part = camera.part[:push.PIECE_BYTES]
    assert pushed(camera, told=lambda answer: answer and restart(answer)).result == push.CONFIRMED and camera.content == CONTENT
    assert camera.pieces == [number * push.PIECE_BYTES for number in (0, 1, 2, 1, 2, 3)]


def test_interrupted_push_is_gone_on_with_by_the_next_one(camera):
    stop = threading.Event()
    outcome = pushed(camera, told=lambda answer: answer["have"] > 30000 and stop.set(), stop=stop)
    assert outcome.result == push.UNDECIDED and camera.content is None
    camera.pieces.clear()
    assert pushed(camera).result == push.CONFIRMED and 0 not in camera.pieces


def test_another_update_does_not_go_on_with_the_rest_of_the_last(camera):
    with CameraClient(camera.url, TOKEN) as client:
        client.put_update(0, signed(1).data[:30000])
    other = signed(2, bytes(60000))
    assert pushed(camera, other).result == push.CONFIRMED and camera.content == bytes(60000)


def test_rejection_comes_with_its_reason_and_a_repeated_push_tries_again(camera):
    camera.reject = "it agrees with the model in use on 12 % of 300 frames"
    outcome = pushed(camera)
    assert (outcome.result, outcome.reason) == (push.REJECTED, camera.reject) and camera.content is None
    camera.reject = None
    assert pushed(camera).result == push.CONFIRMED


@pytest.mark.parametrize(("what", "code"), [
    (signed(key=keys.generate()), "update_key"), (signed(product="garage"), "update_product"),
    (push.Update(signed().data[:-1] + b"x"), "update_digest"),
])
def test_refusal_has_the_cameras_code_and_sentence(camera, what, code):
    outcome = pushed(camera, what)
    assert (outcome.result, outcome.code) == (push.REFUSED, code) and outcome.reason and camera.url not in outcome.reason


def test_replayed_number_is_refused(camera):
    pushed(camera, signed(5))
    outcome = pushed(camera, signed(4, bytes(100)))
    assert (outcome.result, outcome.code) == (push.REFUSED, "update_sequence") and camera.content == CONTENT


def test_what_does_not_pass_is_not_tried_again(camera):
    camera.refuse = ("storage_full", "the disk is full")
    assert pushed(camera).code == "storage_full" and len(camera.pieces) == 1


def test_camera_that_never_answers_is_unreachable():
    with UpdateDouble(KEY.public) as camera:
        camera.silent = 1 << 30
        outcome = pushed(camera)
    assert outcome.result == push.UNREACHABLE and len(camera.asked) == 1 + len(push._RETRY_S)


def test_camera_that_restarts_during_the_trial_is_waited_for(camera):
    camera.trial_frames = 10

    def restart(answer):
        if answer and answer["state"] == api.TRIAL and camera.frames in (4, 6):
            camera.silent, camera.frames = len(push._RESTART_S) - 5, camera.frames + 1
    assert pushed(camera, told=restart).result == push.CONFIRMED, "every time anew"


def test_camera_that_loses_the_update_gets_it_again_but_not_for_ever(camera):
    camera.lose = 2
    assert pushed(camera).result == push.CONFIRMED
    camera.lose = 3
    assert pushed(camera, signed(2)).result == push.REFUSED


def test_trial_without_frames_ends_undecided(camera):
    camera.stuck = True
    outcome = pushed(camera, patience_s=0.02)
    assert outcome.result == push.UNDECIDED and "pictures" in outcome.reason
    camera.stuck = False
    camera.pieces.clear()
    assert pushed(camera).result == push.CONFIRMED and camera.pieces == []


def test_newer_update_replaces_one_in_its_trial_and_an_older_one_does_not(camera):
    camera.stuck = True
    pushed(camera, signed(3), patience_s=0.01)
    assert pushed(camera, signed(2, bytes(90)), patience_s=0.01).code == "update_busy"
    camera.stuck = False
    assert pushed(camera, signed(4, bytes(90))).result == push.CONFIRMED and camera.content == bytes(90)


def test_camera_that_confirms_and_runs_another_model_is_noticed(camera):
    camera._model = lambda *request: (200, {"sequence": 1, "sha256": "00"})
    outcome = pushed(camera)
    assert outcome.result == push.REJECTED and "another model" in outcome.reason


@pytest.mark.parametrize("code", [code for code in api.ERRORS if code.startswith(("update_", "model_"))])
def test_every_refusal_is_explained(code):
    assert f"`{code}`" in PAGE.read_text("utf-8")

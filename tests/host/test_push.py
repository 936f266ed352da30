import pytest
from fake_camera import TOKEN, FakeCamera

from contract.model import ModelError
from host_tools import push
from host_tools.camera_client import CameraClient
from host_tools.errors import CameraError


@pytest.fixture
def accept_any_model(monkeypatch):
    """These tests are about the conversation; what a model must be is tested with contract and firmware."""
    monkeypatch.setattr(push, "check", lambda data: None)


def test_damaged_model_never_leaves_the_host():
    camera = FakeCamera()
    with pytest.raises(ModelError):
        push.push(CameraClient("http://camera", TOKEN, camera), b"not a model")
    assert camera.model is None


def test_pushed_model_is_the_one_the_camera_confirms(accept_any_model):
    camera = FakeCamera()
    push.push(CameraClient("http://camera", TOKEN, camera), b"model")
    assert camera.model == b"model"


def test_camera_that_runs_another_model_is_noticed(accept_any_model):
    class Liar(FakeCamera):
        def _model(self, request):
            answer = super()._model(request)
            self.model = b"old"
            return answer

    with pytest.raises(CameraError, match="another one"):
        push.push(CameraClient("http://camera", TOKEN, Liar()), b"model")

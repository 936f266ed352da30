import pytest
import torch

from training import backbones
from training.errors import TrainingError


def test_unknown_teacher_network_lists_the_known_ones():
    with pytest.raises(TrainingError, match="efficientnet_lite0"):
        backbones.build("resnet9000", 64)


def test_resnet_without_its_weights_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # refuses at once
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(TrainingError, match="efficientnet_lite0") as caught:
        backbones.build("resnet18", 64)
    assert "\n" not in str(caught.value)


def test_efficientnet_tells_flat_pictures_apart():
    backbone = backbones.build("efficientnet_lite0", 64)
    backbone.body.eval()
    with torch.no_grad():
        features = backbone.body(torch.stack([torch.zeros(3, 64, 64), torch.ones(3, 64, 64)]))
    assert features.shape == (2, backbone.features)
    assert (features[0] - features[1]).abs().max() > 0.1

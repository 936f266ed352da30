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


def test_timm_without_a_hub_says_what_to_do(tmp_path, monkeypatch):
    pytest.importorskip("timm")
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(TrainingError, match="cannot be downloaded.*efficientnet_lite0") as caught:
        backbones.build("timm:mobilenetv3_small_100", 64)
    assert "\n" not in str(caught.value)


def test_unknown_timm_network_is_named():
    pytest.importorskip("timm")
    with pytest.raises(TrainingError, match="resnet9000"):
        backbones.build("timm:resnet9000", 64)


def test_timm_network_becomes_a_backbone_lowest_stage_first():
    timm = pytest.importorskip("timm")
    for name in ("mobilenetv3_small_050", "resnet18"):
        backbone = backbones.timm_backbone(timm.create_model(name, pretrained=False, num_classes=0), 64)
        assert backbone.body(torch.zeros(2, 3, 64, 64)).shape == (2, backbone.features)
        assert len(backbone.stages) >= 6
        assert sum(p.numel() for stage in backbone.stages for p in stage.parameters()) == sum(
            p.numel() for p in backbone.body.network.parameters())

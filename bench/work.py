"""The files that the programs work on: pictures and networks, made once a run in one folder."""

import dataclasses
import pathlib

from bench import networks, pictures
from bench.errors import BenchError
from bench.jpeg_symbols import symbols
from contract.preprocess import plan

FULL_HD, SMALL = (1920, 1080), (640, 360)
REGION_SIDE = 480  # of the region in the middle of the 1080p picture
_REDUCED = 4       # the networks' pictures are drawn larger by this and averaged


@dataclasses.dataclass
class Network:
    path: pathlib.Path
    logits: list  # by numpy's own integers: what ours must give


@dataclasses.dataclass
class Picture:
    path: pathlib.Path
    width: int
    height: int
    size: int
    symbols: int


@dataclasses.dataclass
class Decode:
    """Luma of a rectangle (x, y, w, h in pixels of the picture at 1/denominator)."""

    picture: Picture
    denominator: int
    rectangle: tuple

    @property
    def arguments(self):
        return [self.denominator, *self.rectangle]


class Work:
    """door, door_uniform, vww: Network; eighth, region, small: Decode."""

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        self.door = self._network("door", networks.DOOR, 64, 1, networks.DOOR_MULTIPLY_ADDS)
        self.door_uniform = self._network("door_uniform", networks.DOOR, 64, 1, networks.DOOR_MULTIPLY_ADDS, uniform=True)
        self.vww = self._network("vww", networks.VWW, 96, 3, networks.VWW_MULTIPLY_ADDS)
        self.full_hd, self.small_picture = self._picture(*FULL_HD), self._picture(*SMALL)
        self.eighth = Decode(self.full_hd, 8, (0, 0, FULL_HD[0] // 8, FULL_HD[1] // 8))
        self.region = self._planned(self.full_hd, _middle(*FULL_HD))
        self.small = self._planned(self.small_picture, [0, 0, 10000, 10000])

    def _network(self, name, layers, side, channels, multiply_adds, uniform=False):
        network = networks.build(layers, _reduced(side, channels), uniform)
        if network.multiply_adds != multiply_adds:
            raise BenchError(f"{name} has {network.multiply_adds} multiply-adds, not {multiply_adds}")
        path = self._folder / f"{name}.network"
        path.write_bytes(network.to_bytes())
        return Network(path, network.logits.tolist())

    def _picture(self, width, height):
        path, data = self._folder / f"{width}x{height}.jpg", pictures.jpeg(width, height)
        path.write_bytes(data)
        return Picture(path, width, height, len(data), symbols(data))

    def _planned(self, picture, region):
        """As the camera decodes for a 64x64 network."""
        chosen = plan(picture.width, picture.height, region, 64, 64)
        return Decode(picture, chosen.denominator, chosen.rectangle)


def _middle(width, height):
    """In 1/10000, rounded inwards."""
    x, y = (width - REGION_SIDE) // 2, (height - REGION_SIDE) // 2
    return [-(-10000 * x // width), -(-10000 * y // height),
            10000 * (x + REGION_SIDE) // width, 10000 * (y + REGION_SIDE) // height]


def _reduced(side, channels):
    large = pictures.rgb(side * _REDUCED, side * _REDUCED).reshape(side, _REDUCED, side, _REDUCED, 3)
    return (large.astype(int).sum(axis=(1, 3)) // _REDUCED**2).astype("uint8")[:, :, :channels]

"""Textures of door leaves, as sheets: u across from the left edge, v down from the top, metres."""

import numpy

from host_tools.scene import materials
from host_tools.scene.sheet import Sheet

_PER_METRE = 200


def _panelled(rng, width, height):
    leaf = Sheet.blank(0, 0, width, height, _PER_METRE)
    rows, columns = leaf.picture.shape[:2]
    leaf.picture[...] = materials.wood(rng, rows, columns, (142, 96, 58))
    for top, bottom in ((0.14, 0.92), (1.08, 1.92)):
        for left in (0.13, width / 2 + 0.04):
            right = left + width / 2 - 0.17
            leaf.shade(left, top, right, bottom, 0.82)
            leaf.shade(left, top, right, top + 0.025, 0.6)
            leaf.shade(left, bottom - 0.02, right, bottom, 1.3)
            leaf.shade(left + 0.05, top + 0.06, right - 0.05, bottom - 0.06, 1.15)
    leaf.raised(width - 0.16, 1.0, width - 0.06, 1.12, (190, 180, 150))
    leaf.raised(width - 0.2, 1.045, width - 0.07, 1.075, (216, 210, 190))
    leaf.raised(0.1, 1.97, width - 0.1, height - 0.03, (168, 160, 140))
    return leaf


def _gate(rng, width, height):
    leaf = Sheet.blank(0, 0, width, height, _PER_METRE)
    rows, columns = leaf.picture.shape[:2]
    leaf.picture[...] = materials.planks(rng, rows, columns, (104, 116, 98), 9)
    for top in (0.2, height - 0.35):
        leaf.raised(0.02, top, width - 0.02, top + 0.13, (88, 98, 84))
        leaf.rect(width - 0.5, top + 0.05, width - 0.01, top + 0.085, (30, 30, 32))
    leaf.raised(0.06, height / 2 - 0.05, 0.22, height / 2 + 0.03, (28, 28, 30))
    return leaf


def _slats(rng, width, height):
    leaf = Sheet.blank(0, 0, width, height, _PER_METRE)
    rows, columns = leaf.picture.shape[:2]
    pitch = 22
    phase = (numpy.arange(rows) % pitch) / pitch
    profile = (0.82 + 0.32 * numpy.sin(phase * numpy.pi) - 0.4 * (phase < 0.12)).astype(numpy.float32)
    dirt = 1 + 0.06 * materials.clouds(rng, rows, columns, 90) - 0.12 * (numpy.linspace(0, 1, rows) ** 5)[:, None]
    leaf.picture[...] = materials.tint((196, 198, 192), (profile[:, None] * dirt).astype(numpy.float32))
    leaf.raised(0, height - 0.09, width, height, (120, 122, 122))
    leaf.raised(width / 2 - 0.12, height - 0.42, width / 2 + 0.12, height - 0.36, (60, 60, 62))
    return leaf


_LEAVES = {"panelled": _panelled, "gate": _gate, "slats": _slats}


def leaf_sheet(rng, door):
    """The leaf of `door` as a Sheet."""
    return _LEAVES[door.leaf](rng, door.right - door.left, door.height)

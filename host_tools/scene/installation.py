"""The three installations: where the camera hangs, what the door is, which way it faces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """A hinged leaf or a roller in an opening of the wall; metres, milliseconds, degrees."""

    kind: str              # hinged | roller
    left: float
    right: float
    height: float
    leaf: str              # name of the leaf's material in door_leaf.py
    depth: float = 0.10    # how far the leaf lies behind the wall's face
    hinge: str = "left"    # left | right, as the camera sees it
    swing: str = "in"      # in: away from the camera
    angle: float = 95.0    # of a fully open leaf
    move_ms: tuple = (1400, 3200)
    fractions: tuple = (0.5, 1.0)


@dataclass(frozen=True)
class Installation:
    """Geometry and habits of one place. Levels are relative to skylight at midday."""

    name: str
    camera: tuple
    target: tuple
    fov: float
    door: Door
    facade: float              # compass direction the wall faces
    wall_height: float
    caster: tuple              # what throws shadows: (name, distance from the wall)
    eave: float                # depth of an overhang above the wall, 0 = none
    skylight: float            # share of outdoor light that reaches the front
    sunlight: float
    behind_day: float          # share of outdoor light behind the door
    lamp_colour: tuple
    lamp_at: tuple             # world position
    behind_lamp_colour: tuple
    lamp_patterns: dict
    obstacles: tuple
    lane: tuple                # Z range people walk in
    far: float                 # X at which people leave the picture
    outdoors: bool


LOBBY = Installation(
    name="lobby", camera=(-1.15, 2.45, -4.3), target=(0.16, 0.88, 0.0), fov=61,
    door=Door("hinged", -0.5, 0.5, 2.1, "panelled", hinge="left", swing="in"),
    facade=205, wall_height=3.2, caster=("window", 6.0), eave=0.0,
    skylight=0.42, sunlight=0.75, behind_day=0.2,
    lamp_colour=(0.15, 0.152, 0.13), lamp_at=(0.6, 3.1, -1.9),
    behind_lamp_colour=(0.2, 0.17, 0.13), lamp_patterns={"front": "office", "behind": "now and then"},
    obstacles=("person", "cloth", "boxes", "cabinet", "umbrella"), lane=(-1.25, -0.5), far=4.2, outdoors=False)

GARAGE = Installation(
    name="garage", camera=(1.9, 3.0, -6.6), target=(-0.1, 1.0, 0.0), fov=60,
    door=Door("roller", -1.35, 1.35, 2.25, "slats", depth=0.16, move_ms=(8000, 14000), fractions=(0.45, 1.0)),
    facade=165, wall_height=3.6, caster=("tree", 7.0), eave=0.5,
    skylight=0.9, sunlight=1.0, behind_day=0.22,
    lamp_colour=(0.075, 0.055, 0.032), lamp_at=(1.9, 2.5, -0.5),
    behind_lamp_colour=(0.12, 0.11, 0.09), lamp_patterns={"front": "evening", "behind": "now and then"},
    obstacles=("van", "person", "cloth", "van", "umbrella"), lane=(-1.6, -0.7), far=5.6, outdoors=True)

YARD = Installation(
    name="yard", camera=(-1.7, 2.7, -5.2), target=(0.15, 1.12, 0.0), fov=56,
    door=Door("hinged", -0.65, 0.65, 1.95, "gate", depth=0.08, hinge="right", swing="in", angle=88,
              fractions=(0.5, 1.0)),
    facade=280, wall_height=2.25, caster=("tree", 5.0), eave=0.0,
    skylight=0.95, sunlight=1.0, behind_day=1.0,
    lamp_colour=(0.06, 0.046, 0.028), lamp_at=(1.1, 2.1, -0.3),
    behind_lamp_colour=(0.012, 0.009, 0.005), lamp_patterns={"front": "evening", "behind": "evening"},
    obstacles=("cloth", "person", "branch", "umbrella", "boxes"), lane=(-1.7, -0.7), far=4.6, outdoors=True)

INSTALLATIONS = {place.name: place for place in (LOBBY, GARAGE, YARD)}

"""How light reaches wall and floor: static maps for sky, lamp and infrared, a moving one for the sun."""

import cv2
import numpy

from host_tools.scene import materials
from host_tools.scene.layers import Ground
from host_tools.scene.seeds import generator

_PER_METRE = 40


def _window(rng):
    """Panes that let sunlight into the lobby; (transmission, u0, top, value outside)."""
    sheet = numpy.zeros((int(3.4 * _PER_METRE), 14 * _PER_METRE), numpy.uint8)
    for pane in range(6):
        left = int((0.5 + pane * 2.2) * _PER_METRE)
        sheet[int(0.5 * _PER_METRE):int(2.6 * _PER_METRE), left:left + int(1.5 * _PER_METRE)] = 255
        sheet[:, left + int(0.72 * _PER_METRE):left + int(0.78 * _PER_METRE)] = 0
        sheet[int(1.4 * _PER_METRE):int(1.47 * _PER_METRE)] = 0
    return cv2.GaussianBlur(sheet, (0, 0), 1.5), -7.0, 3.4, 0


def _tree(rng):
    """A tree and the roofs across the road; 255 = lit."""
    width, height = 24 * _PER_METRE, 10 * _PER_METRE
    sheet = numpy.full((height, width), 255, numpy.uint8)
    for trunk_u in (4.5, 15.0):
        x = int(trunk_u * _PER_METRE)
        cv2.rectangle(sheet, (x - 6, int(4.5 * _PER_METRE)), (x + 6, height), 0, -1)
        crown = materials.clouds(rng, height, width, 60, 5)
        ys, xs = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
        reach = ((xs - x) / (3.1 * _PER_METRE)) ** 2 + ((ys - 3.8 * _PER_METRE) / (2.9 * _PER_METRE)) ** 2
        sheet[(crown * 0.9 + 0.75 - reach) > 0.12] = 25
    roof = (1.4 + 0.7 * (numpy.sin(numpy.arange(width) / 90.0) > 0.2)) * _PER_METRE
    sheet[(height - numpy.arange(height))[:, None] < roof[None, :]] = 0
    return cv2.GaussianBlur(sheet, (0, 0), 2.0), -12.0, 10.0, 255


_CASTERS = {"window": _window, "tree": _tree}


class Illumination:
    """Light maps at half the picture's size: float32, channels sky, lamp, sun, infrared."""

    def __init__(self, place, seed, view):
        self.place = place
        self.size = (view.size[0] // 2, view.size[1] // 2)
        self.ground = Ground(view, self.size, place.wall_height)
        name, self._distance = place.caster
        self._mask, self._u0, self._top, self._outside = _CASTERS[name](generator("caster", place.name, seed))
        self._static = numpy.zeros((self.size[1], self.size[0], 4), numpy.float32)
        self._static[..., 0] = self._sky_map()
        self._static[..., 1] = self._lamp_map()
        self._static[..., 3] = self._infrared_map()
        self.means = self._static.reshape(-1, 4).mean(0)

    def _sky_map(self):
        ground = self.ground
        corner = numpy.where(ground.is_wall, ground.y, -ground.z)
        occlusion = 1 - 0.35 * numpy.exp(-corner / 0.35)
        if self.place.outdoors:
            under_eave = 0.45 * numpy.exp(-(self.place.wall_height - ground.y) / 0.6) * bool(self.place.eave)
            return occlusion * (1 - under_eave * ground.is_wall) * numpy.where(ground.is_wall, 0.8, 1.0)
        side = 1.25 - 0.14 * (ground.x + 2.0)
        return occlusion * numpy.clip(side, 0.45, 1.6) * numpy.where(ground.is_wall, 0.85, 1.0)

    def _lamp_map(self):
        ground, (x, y, z) = self.ground, self.place.lamp_at
        dx, dy, dz = x - ground.x, y - ground.y, z - ground.z
        distance = numpy.sqrt(dx * dx + dy * dy + dz * dz) + 0.15
        cosine = numpy.where(ground.is_wall, -dz, dy) / distance
        return numpy.minimum(2.6 * numpy.maximum(cosine, 0.05) / distance ** 2 * (3.0 if self.place.outdoors else 2.2),
                             2.2) + (0.12 if not self.place.outdoors else 0.03)

    def _infrared_map(self):
        width, height = self.size
        columns, rows = numpy.meshgrid(numpy.linspace(-1, 1, width), numpy.linspace(-0.56, 0.56, height))
        spot = numpy.exp(-(columns ** 2 + rows ** 2) / 0.55)
        camera = self.place.camera
        ground = self.ground
        distance = numpy.sqrt((ground.x - camera[0]) ** 2 + (ground.y - camera[1]) ** 2 + (ground.z - camera[2]) ** 2)
        return (0.15 + spot) * 16.0 / numpy.maximum(distance, 1.2) ** 2

    def _cast(self, across, up):
        """Sun's visibility through the caster, uint8, for a ray (across, up) per metre; see sky.sun_slopes."""
        distance = self._distance
        texture = numpy.array([[_PER_METRE, 0, -self._u0 * _PER_METRE], [0, -_PER_METRE, self._top * _PER_METRE],
                               [0, 0, 1.0]])
        wall = numpy.array([[1, 0, distance * across], [0, -1, distance * up], [0, 0, 1.0]])
        floor = numpy.array([[1, across, distance * across], [0, up, distance * up], [0, 0, 1.0]])
        pictures = [cv2.warpPerspective(self._mask, texture @ part @ inverse, self.size,
                                        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=self._outside)
                    for part, inverse in ((wall, self.ground.to_wall), (floor, self.ground.to_floor))]
        return numpy.where(self.ground.is_wall, pictures[0], pictures[1])

    def sun_map(self, sky_now, slopes):
        """float32 map of direct sun; slopes from `sky.sun_slopes`."""
        across, up, incidence = slopes
        ground, place = self.ground, self.place
        high = max(0.0, numpy.sin(sky_now.elevation))
        if incidence > 0.02:
            seen = self._cast(across, up) * (1 / 255)
            if place.eave:
                line = place.wall_height - 0.55 - place.eave * up
                seen = seen * numpy.clip((line - ground.y) * 12 + 0.5, 0, 1)
            return (seen * numpy.where(ground.is_wall, incidence, high)).astype(numpy.float32)
        if not place.outdoors or high <= 0:
            return numpy.zeros(self.size[::-1], numpy.float32)
        shadow = (place.wall_height + 2.5 * bool(place.eave)) / max(0.05, numpy.tan(sky_now.elevation))
        lit = numpy.clip((-ground.z - shadow * 0.8) * 6, 0, 1) * ~ground.is_wall
        return (lit * high).astype(numpy.float32)

    def light(self, colours, sun):
        """float32 (h/2, w/2, 3) illumination; `colours` is (4, 3) for sky, lamp, sun, infrared."""
        maps = self._static
        if sun is not None:
            maps = maps.copy()
            maps[..., 2] = sun
        return cv2.transform(maps, numpy.ascontiguousarray(colours.T, numpy.float32))

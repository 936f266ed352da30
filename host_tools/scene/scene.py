"""The procedural scene: a frame is a pure function of (installation, seed, size, time)."""

import cv2
import numpy

from contract.errors import DoorlensError
from host_tools.scene import cast, materials
from host_tools.scene.doorway import STEPS, Doorway
from host_tools.scene.illumination import Illumination
from host_tools.scene.installation import INSTALLATIONS
from host_tools.scene.lamps import Lamps
from host_tools.scene.layers import Layers
from host_tools.scene.lighting import Exposure, Lighting
from host_tools.scene.seeds import generator
from host_tools.scene.sensor import Sensor
from host_tools.scene.truth import Timeline

_REGION_MARGIN = 0.10
_LUMA = numpy.array([0.3, 0.59, 0.11], numpy.float32)

cv2.setNumThreads(1)


class SceneError(DoorlensError):
    """An installation or a size that does not exist."""


class Scene:
    """One installation with one `seed`, seen in pictures of `size` (width, height; 16:9 looks right).

    `installation` is "lobby", "garage" or "yard"; `plan` a `DayPlan`. Raises SceneError.
    """

    def __init__(self, installation="lobby", seed=1, size=(640, 360), plan=None):
        if installation not in INSTALLATIONS:
            raise SceneError("no installation %r; choose one of %s" % (installation, ", ".join(INSTALLATIONS)))
        if min(size) < 32 or max(size) > 4096 or size[0] % 2 or size[1] % 2:
            raise SceneError("picture size %dx%d: give even sizes from 32 to 4096" % tuple(size))
        self.installation, self.seed, self.size = installation, seed, tuple(size)
        place = self._place = INSTALLATIONS[installation]
        self._timeline = Timeline(place, seed, plan)
        self._layers = Layers(place, seed, self.size)
        self._doorway = Doorway(self._layers, seed)
        self._illumination = Illumination(place, seed, self._layers.view)
        self._lighting = Lighting(place, seed, Lamps(place, seed))
        self._exposure = Exposure(place, self._lighting, self._layers, self._illumination, self._doorway)
        self._sensor = Sensor(self.size, (installation, seed))
        self._clouds = self._cloud_tile()
        self._spill = self._spill_map()

    @property
    def region(self):
        """The door with a margin: [x0, y0, x1, y1] in 1/10000 of the frame."""
        x0, y0, x1, y1 = self._timeline.rectangle
        across, down = (x1 - x0) * _REGION_MARGIN, (y1 - y0) * _REGION_MARGIN
        corners = (x0 - across, y0 - down, x1 + across, y1 + down)
        return [int(round(10000 * min(1.0, max(0.0, value)))) for value in corners]

    def truth(self, time_ms):
        """The `Truth` at `time_ms`."""
        return self._timeline.at(time_ms, self._lighting.is_infrared(time_ms))

    def openings(self, start_ms, end_ms):
        """[(start_ms, end_ms)] of the spans in which the truth says open."""
        return self._timeline.openings(start_ms, end_ms)

    def blocked_periods(self, start_ms, end_ms):
        """[(start_ms, end_ms)] of the spans in which the truth says blocked."""
        return self._timeline.blocked_periods(start_ms, end_ms)

    def render(self, time_ms):
        """The frame at `time_ms`: uint8 (height, width, 3) RGB."""
        time_ms = int(time_ms)
        now = self._lighting.now(time_ms)
        opening = self._timeline.opening(time_ms)
        walkers = self._timeline.walkers(time_ms)
        small = self._illuminate(time_ms, now, opening, walkers)
        field = cv2.resize(small, self.size, interpolation=cv2.INTER_LINEAR)
        albedo = self._layers.albedo_ir if now.infrared else self._layers.albedo
        front = cv2.multiply(field, albedo)
        self._paint_sky(front, now, time_ms)
        self._open_door(front, field, now, opening, [w for w in walkers if cast.is_behind(w, time_ms)], time_ms)
        self._paint_parcels(front, field, time_ms)
        self._paint_walkers(front, field, [w for w in walkers if not cast.is_behind(w, time_ms)], time_ms)
        self._reflect(front, now)
        self._paint_obstacles(front, now, small, time_ms)
        gain = self._exposure.gain(time_ms, self._timeline.opening, self._covered)
        return self._sensor.read(front, gain, time_ms)

    def _covered(self, time_ms):
        return 1.0 if self._timeline.obstacles(time_ms) else 0.0

    def _illuminate(self, time_ms, now, opening, walkers):
        """White-balanced light on wall and floor at half size: (h/2, w/2, 3), or (h/2, w/2) in infrared."""
        sun = self._illumination.sun_map(now.sky, now.slopes) if now.front[2].any() else None
        balance = numpy.ones(3) if now.infrared else self._exposure.balance(now)
        light = self._illumination.light(now.front * balance, sun)
        if opening > 0.05:
            colour = (now.behind[1] + 0.3 * now.behind[0] * (not self._place.outdoors)) * balance
            light += self._spill[..., None] * (colour * opening).astype(numpy.float32)
        strength = float(now.front[2].sum() / (now.front.sum() + 1e-6))
        for walker in walkers:
            cast.shadow(light, self._layers.view, walker, time_ms, now.slopes, 2 * strength, 0.5)
        return cv2.transform(light, _LUMA[None, :]) if now.infrared else light

    def _spill_map(self):
        """How light from behind falls through the open door onto the floor in front."""
        door, view = self._place.door, self._layers.view
        points = [(door.left, 0, 0), (door.right, 0, 0), (door.right + 0.5, 0, -1.9), (door.left - 0.5, 0, -1.9)]
        mask = numpy.zeros((self.size[1] // 2, self.size[0] // 2), numpy.uint8)
        cv2.fillPoly(mask, [numpy.round(view.project(points) / 2 * 16).astype(numpy.int32)], 255, cv2.LINE_AA, 4)
        return cv2.GaussianBlur(mask, (0, 0), self.size[0] / 90).astype(numpy.float32) / 255 * 0.8

    def _cloud_tile(self):
        rows = numpy.nonzero(self._layers.sky.max(1) > 0.01)[0]
        self._sky_rows = int(rows.max()) + 1 if len(rows) else 0
        if not self._sky_rows:
            return None
        rng = generator("clouds", self.installation, self.seed)
        tile = materials.clouds(rng, self._sky_rows, self.size[0], self.size[0] / 6, 5)
        return numpy.hstack([tile, tile[:, ::-1], tile])

    def _paint_sky(self, front, now, time_ms):
        rows = self._sky_rows
        if not rows:
            return
        width = self.size[0]
        shift = int(time_ms / 1500 * width / 640) % (2 * width)
        mask = self._layers.sky[:rows]
        cloud = numpy.clip(self._clouds[:, shift:shift + width] * 2.5 + (now.sky.cloud * 3.75 - 1.875), 0, 1) * mask
        balance = self._exposure.balance(now)
        clear = now.sky.diffuse * balance * (0.34, 0.5, 0.86)
        white = now.sky.diffuse * balance * 0.8 + now.sky.direct * balance * 0.16
        colours = numpy.stack([clear, white - clear], 1).astype(numpy.float32)
        if now.infrared:
            colours = _LUMA[None, :] @ colours
        front[:rows] += cv2.transform(cv2.merge([mask, cloud]), colours)

    def _open_door(self, front, field, now, opening, walkers, time_ms):
        step = int(round(opening * STEPS))
        if step == 0:
            return
        door = self._doorway
        x, y, w, h = door.roi
        part, here = front[y:y + h, x:x + w], field[y:y + h, x:x + w]
        paint, mask = door.leaf(step)
        leaf = mask.astype(numpy.float32) * (1 / 255)
        behind = self._behind(now, walkers, time_ms)
        if now.infrared:
            wall, leaf_light = 1 - door.opening[..., 0], (0.12 + 0.75 * cast.linear(paint).mean(-1)) * here
        else:
            wall, leaf, leaf_light = 1 - door.opening, leaf[..., None], cast.linear(paint) * here
        inside = behind * (1 - leaf) + leaf_light * leaf
        part[...] = part * wall + inside * (1 - wall)

    def _behind(self, now, walkers, time_ms):
        """Light that comes through the open doorway, people behind the wall included."""
        door = self._doorway
        x, y = door.roi[:2]
        if now.infrared:
            light = cv2.transform(door.light, (now.behind @ _LUMA)[None, :].astype(numpy.float32)) * door.albedo_ir
            level = float(now.behind.sum(0) @ _LUMA)
        else:
            colours = now.behind * self._exposure.balance(now)
            light = cv2.transform(door.light, colours.T.astype(numpy.float32)) * door.albedo
            level = colours.sum(0)
        for walker in walkers:
            drawn = cast.standing(self._layers.view, walker, time_ms)
            if drawn is not None:
                cast.blend(light, drawn[0], drawn[1] - x, drawn[2] - y, level)
        return light

    def _light_at(self, field, x, y):
        x = min(max(int(x), 2), self.size[0] - 3)
        y = min(max(int(y), 2), self.size[1] - 3)
        return field[y - 2:y + 3, x - 2:x + 3].mean((0, 1))

    def _paint_walkers(self, front, field, walkers, time_ms):
        for walker in walkers:
            drawn = cast.standing(self._layers.view, walker, time_ms)
            if drawn is not None:
                sprite, left, top, foot, _ = drawn
                light = self._light_at(field, foot[0], foot[1] + 6) * 0.6
                light = light + self._light_at(field, foot[0], top + sprite.shape[0] * 0.4) * 0.5
                cast.blend(front, sprite, left, top, light)

    def _paint_parcels(self, front, field, time_ms):
        for event in self._timeline.parcels(time_ms):
            sprite, x, y = cast.parcel_sprite(self._layers.view, event, self._place.door)
            light = self._light_at(field, x + sprite.shape[1] / 2, y + sprite.shape[0])
            cast.blend(front, sprite, x, y, light)

    def _reflect(self, front, now):
        """Mirror of the wall in a wet or polished floor."""
        gloss = 0.10 if not self._place.outdoors else 0.45 * now.sky.wet
        if gloss < 0.02:
            return
        base = int(self._layers.view.project([(0, 0, 0)])[0, 1])
        rows = min(self.size[1] - base, base)
        if rows < 4:
            return
        fade = (gloss * numpy.linspace(1, 0.2, rows, dtype=numpy.float32))[:, None]
        if front.ndim == 3:
            fade = fade[..., None]
        mirrored = front[base - rows:base][::-1]
        front[base:base + rows] = front[base:base + rows] * (1 - fade * 0.7) + mirrored * fade

    def _paint_obstacles(self, front, now, small, time_ms):
        for event in self._timeline.obstacles(time_ms):
            light = small.mean((0, 1)) * (0.75 + 0.5 * (event.seed % 16) / 16)
            if now.infrared:
                light = light * 2.2
            sprite, x, y = cast.obstacle_sprite(event, self._timeline.rectangle, self.size, time_ms)
            cast.blend(front, sprite, x, y, light)

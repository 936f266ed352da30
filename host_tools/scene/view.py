"""Pinhole camera. World: X right, Y up, Z away from the camera, metres; the wall is the plane Z = 0."""

import math

import numpy


class View:
    """Projects world points into a picture of `size` (width, height) pixels.

    `position` and `target` are world points, `fov` the horizontal angle of view in degrees.
    """

    def __init__(self, size, position, target, fov):
        self.size = size
        self.position = numpy.array(position, float)
        forward = numpy.array(target, float) - self.position
        forward /= numpy.linalg.norm(forward)
        right = numpy.cross((0.0, 1.0, 0.0), forward)
        right /= numpy.linalg.norm(right)
        down = numpy.cross(right, forward)
        focal = size[0] / 2 / math.tan(math.radians(fov) / 2)
        intrinsic = numpy.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
        rotation = numpy.stack([right, down, forward])
        self._matrix = intrinsic @ rotation
        self._offset = -self._matrix @ self.position

    def project(self, points):
        """Pixels, shape (n, 2), of world points, shape (n, 3)."""
        homogeneous = numpy.asarray(points, float) @ self._matrix.T + self._offset
        return homogeneous[:, :2] / homogeneous[:, 2:]

    def plane(self, origin, along_u, along_v):
        """Homography from plane coordinates (u, v) to pixels: point = origin + u * along_u + v * along_v."""
        columns = [self._matrix @ numpy.asarray(axis, float) for axis in (along_u, along_v)]
        columns.append(self._matrix @ numpy.asarray(origin, float) + self._offset)
        return numpy.stack(columns, axis=1)

    def scaled(self, factor):
        """The same view at `factor` times the size."""
        view = View.__new__(View)
        view.size = (round(self.size[0] * factor), round(self.size[1] * factor))
        view.position = self.position
        stretch = numpy.diag([view.size[0] / self.size[0], view.size[1] / self.size[1], 1.0])
        view._matrix = stretch @ self._matrix
        view._offset = stretch @ self._offset
        return view

"""Things in front of the door: small ones that leave the state visible, large ones that hide it.

A camera meets kinds of blocking that nobody labelled (a van, a cloth, a spider's web). Pasting large
random things over known frames and calling the result unusable teaches the network that a region
without a door is neither open nor closed.
"""

import numpy as np
import torch
from torch.nn import functional

from training.augment import rows, some, uniform


def cut_out(pictures, share, generator):
    """With probability `share`, something that covers up to a fifth of the picture; the label stands."""
    chosen = rows(generator, len(pictures), share)
    if not len(chosen):
        return pictures
    part, count, result = pictures[chosen], len(chosen), pictures.clone()
    size = uniform(generator, count, 0.1, 0.5)
    tall = torch.exp(uniform(generator, count, -0.9, 0.9))
    mask = _shape(part, size * tall.sqrt(), size / tall.sqrt(), 1.0, generator)
    result[chosen] = part * (1 - mask) + mask * _texture(part, generator)
    return result


def block(pictures, cover, generator):
    """Hide at least the share `cover` of every picture behind one large thing."""
    count = len(pictures)
    area = uniform(generator, count, cover, 1.15).clamp(max=1.0)
    mask = _sweep(pictures, area, generator)
    shape = _shape(pictures, uniform(generator, count, 0.95, 1.6), uniform(generator, count, 0.95, 1.6), 0.15, generator)
    enough = shape.mean((1, 2, 3), keepdim=True) >= cover
    mask = torch.where(enough & some(generator, count, 0.5), shape, mask)
    return pictures * (1 - mask) + mask * _texture(pictures, generator)


def _grid(pictures):
    height, width = pictures.shape[2:]
    return (torch.linspace(-1, 1, height).view(1, 1, height, 1), torch.linspace(-1, 1, width).view(1, 1, 1, width))


def _sweep(pictures, area, generator):
    """A half plane from a random direction that covers the share `area`: a van, a cabinet, a cloth."""
    count, _, height, width = pictures.shape
    y, x = _grid(pictures)
    angle = uniform(generator, count, 0, 6.2832)
    bend = uniform(generator, count, -0.5, 0.5)
    across = y * torch.cos(angle) - x * torch.sin(angle)
    distance = (x * torch.cos(angle) + y * torch.sin(angle)).addcmul_(bend * across, across)
    ordered = torch.from_numpy(np.sort(distance.flatten(1).numpy(), 1))  # several times as fast as torch's
    last = (area.flatten() * height * width).long().clamp(max=height * width) - 1
    limit = ordered.gather(1, last[:, None]).view(count, 1, 1, 1)
    return ((limit - distance) * 8 * max(height, width) / 16 + 0.5).clamp(0, 1)


def _shape(pictures, half_width, half_height, wander, generator):
    """A turned rectangle or ellipse; half sides in half pictures, its centre at most `wander` off."""
    count = len(pictures)
    y, x = _grid(pictures)
    x = x - uniform(generator, count, -wander, wander)
    y = y - uniform(generator, count, -wander, wander)
    angle = uniform(generator, count, -0.5, 0.5)
    u = (x * torch.cos(angle) + y * torch.sin(angle)) / half_width
    v = (y * torch.cos(angle) - x * torch.sin(angle)) / half_height
    box, round_ = torch.maximum(u.abs(), v.abs()), (u * u + v * v).sqrt()
    radius = torch.where(some(generator, count, 0.5), box, round_)
    return ((1 - radius) * half_width.clamp(min=0.1) * 20 + 0.5).clamp(0, 1)


def _texture(pictures, generator):
    """Flat, cloudy, striped, or a stretched piece of another picture of the batch."""
    count, channels, height, width = pictures.shape
    flat = torch.rand(count, channels, 1, 1, generator=generator) * uniform(generator, count, 0.3, 1.0)
    texture, kind = flat.expand_as(pictures).clone(), torch.randint(0, 4, (count,), generator=generator)
    cloudy, striped, pieces = (torch.nonzero(kind == number)[:, 0] for number in (1, 2, 3))
    texture[cloudy] += _clouds(len(cloudy), channels, height, width, generator)
    texture[striped] += _stripes(pictures[striped], generator)
    texture[pieces] = _piece(pictures, pieces, generator)
    y, x = _grid(pictures)
    shade = uniform(generator, count, -0.3, 0.3) * x + (1 + uniform(generator, count, -0.3, 0.3) * y)
    return texture.mul_(shade).clamp_(0, 1)


def _clouds(count, channels, height, width, generator):
    cells = int(torch.randint(2, 12, (1,), generator=generator))
    clouds = torch.randn(count, channels, cells, cells, generator=generator) * uniform(generator, count, 0.02, 0.3)
    return functional.interpolate(clouds, (height, width), mode="bilinear", align_corners=False)


def _stripes(pictures, generator):
    count, (y, x) = len(pictures), _grid(pictures)
    angle, pitch = uniform(generator, count, 0, 3.1416), uniform(generator, count, 3, 40)
    return torch.sin(x * (torch.cos(angle) * pitch) + y * (torch.sin(angle) * pitch)) * uniform(generator, count, 0.02, 0.25)


def _piece(pictures, which, generator):
    """For every one of `which` (indices) a part of another picture, enlarged two to eight times: wall, floor, a coat,
    never a whole door."""
    count = len(which)
    order = torch.randperm(len(pictures), generator=generator)[which]
    zoom = uniform(generator, count, 0.12, 0.45)
    left, top = (uniform(generator, count, -0.55, 0.55) for _ in range(2))
    y, x = _grid(pictures)
    grid = torch.cat(torch.broadcast_tensors(zoom * x + left, zoom * y + top), 1).permute(0, 2, 3, 1)
    gain = torch.exp(uniform(generator, count, -0.7, 0.5))
    return functional.grid_sample(pictures[order], grid, padding_mode="border", align_corners=False) * gain

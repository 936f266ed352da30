"""What tomorrow may look like through a fixed camera: batched changes to cached pictures.

Pictures are float32 [n, channels, h, w] in 0..1. Every function draws from the torch.Generator given,
each picture for itself. configs/default.toml gives the reason for every change.
"""

import numpy as np
import torch
from torch.nn import functional

from host_tools.native import ujpeg

_JPEG_QUALITY = (15, 60)


def uniform(generator, count, low, high):
    """`count` values in low..high, shaped for pictures: [count, 1, 1, 1]."""
    return torch.rand(count, 1, 1, 1, generator=generator) * (high - low) + low


def some(generator, count, share):
    """Boolean [count, 1, 1, 1], true with probability `share`."""
    return torch.rand(count, 1, 1, 1, generator=generator) < share


def pictures_of(wide):
    """uint8 [n, side, side, 3] -> float32 [n, 3, side, side] in 0..1."""
    return wide.permute(0, 3, 1, 2).float() / 255


def recompress(wide, config, generator):
    """A share `config.jpeg` of uint8 pictures [n, side, side, 3], encoded and decoded by the camera's codec."""
    chosen = torch.nonzero(some(generator, len(wide), config.jpeg).flatten())[:, 0].tolist()
    quality = torch.randint(*_JPEG_QUALITY, (len(wide),), generator=generator).tolist()
    if not chosen:
        return wide
    result, (height, width) = wide.clone(), wide.shape[1:3]
    buffer = bytearray(4 * height * width + 4096)
    for i in chosen:
        length = ujpeg.encode(wide[i].contiguous().numpy(), width, height, 3, buffer, quality[i])
        decoded = np.empty((height, width, 3), np.uint8)
        ujpeg.decode(bytes(buffer[:length]), decoded, 1, None, True)
        result[i] = torch.from_numpy(decoded)
    return result


def view(pictures, height, width, margin, config, generator, move=True):
    """The region cut from wide crops, shifted, scaled, turned and tilted a little as if the camera were nudged.

    pictures: [n, c, side, side]; result [n, c, height, width]. Sampled twice as fine, then averaged.
    """
    count, inner = len(pictures), 1 / (1 + 2 * margin)
    strength = inner if move else 0.0

    def draw(limit):
        return uniform(generator, count, -limit, limit)[..., 0] * strength
    x = torch.linspace(-1, 1, 4 * width + 1)[1::2].view(1, 1, -1)   # centres of 2 * width pixels
    y = torch.linspace(-1, 1, 4 * height + 1)[1::2].view(1, -1, 1)
    turn = draw(config.turn)
    grid = torch.stack([(inner + draw(config.scale)) * x - turn * y + draw(2 * config.shift),
                        (inner + draw(config.scale)) * y + turn * x + draw(2 * config.shift)], -1)
    if config.perspective:
        grid = grid / (1 + draw(config.perspective) * x + draw(config.perspective) * y)[..., None]
    fine = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    return functional.avg_pool2d(fine, 2)


def luma(pictures, generator, spread):
    """RGB to one channel; the weights vary by `spread`: infrared and daylight weigh colours differently."""
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1).repeat(len(pictures), 1, 1, 1)
    weights = weights * torch.exp(spread * torch.randn(weights.shape, generator=generator))
    weights = weights / weights.sum(1, keepdim=True)
    return torch.einsum("nchw,nc->nhw", pictures, weights[:, :, 0, 0])[:, None]


def light(pictures, config, generator):
    """Exposure, contrast, gamma, white balance and loss of colour, moving shadows and lamps."""
    count, channels = pictures.shape[:2]
    x = pictures
    if channels == 3:
        grey = x.mean(1, keepdim=True)
        x = torch.where(some(generator, count, config.infrared), grey, x)
        x = x * (1 + config.colour * (torch.rand(count, 3, 1, 1, generator=generator) * 2 - 1))
    x = x * _shadow(x, config.shadow, generator) + _lamp(x, config.lamp, generator)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * torch.exp(uniform(generator, count, -config.contrast, config.contrast))
    x = x * torch.exp(uniform(generator, count, -config.exposure, config.exposure))
    return x.clamp(1e-4, 1) ** torch.exp(uniform(generator, count, -config.gamma, config.gamma))


def sensor(pictures, config, generator):
    """Blur, noise (more of it in the dark), and 256 grey levels."""
    count = len(pictures)
    soft = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    x = torch.where(some(generator, count, config.blur), soft, pictures)
    sigma = uniform(generator, count, 0, 1) ** 2 * config.noise
    x = x + torch.randn(x.shape, generator=generator) * sigma * (1.4 - x)
    return (x.clamp(0, 1) * 255).round() / 255


def _plane(pictures, generator):
    """Signed distance (in half sides) of every pixel from a random straight edge: [n, 1, h, w]."""
    count, _, height, width = pictures.shape
    y = torch.linspace(-1, 1, height).view(1, 1, height, 1)
    x = torch.linspace(-1, 1, width).view(1, 1, 1, width)
    angle, offset = uniform(generator, count, 0, 6.2832), uniform(generator, count, -0.8, 0.8)
    return x * torch.cos(angle) + y * torch.sin(angle) - offset


def _shadow(pictures, share, generator):
    count = len(pictures)
    edge = torch.sigmoid(_plane(pictures, generator) * torch.exp(uniform(generator, count, 1.0, 4.0)))
    second = torch.sigmoid(_plane(pictures, generator) * torch.exp(uniform(generator, count, 1.0, 4.0)))
    edge = torch.where(some(generator, count, 0.5), edge * second, edge)  # half of them: a band or a wedge
    depth = uniform(generator, count, 0.15, 0.65) * some(generator, count, share)
    return 1 - depth * edge


def _lamp(pictures, share, generator):
    count, _, height, width = pictures.shape
    y = torch.linspace(-1, 1, height).view(1, 1, height, 1) - uniform(generator, count, -1.2, 1.2)
    x = torch.linspace(-1, 1, width).view(1, 1, 1, width) - uniform(generator, count, -1.2, 1.2)
    glow = torch.exp(-(x * x + y * y) / uniform(generator, count, 0.05, 1.0))
    return glow * uniform(generator, count, 0.05, 0.35) * some(generator, count, share)

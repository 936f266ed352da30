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


def rows(generator, count, share):
    """int64 indices of about `share` of `count` pictures."""
    return torch.nonzero(some(generator, count, share).flatten())[:, 0]


def pictures_of(wide):
    """uint8 [n, side, side, 3] -> float32 [n, 3, side, side] in 0..1."""
    return wide.permute(0, 3, 1, 2).float() / 255


def recompress(wide, config, generator):
    """A share `config.jpeg` of uint8 pictures [n, side, side, 3], encoded and decoded by the camera's codec."""
    chosen = rows(generator, len(wide), config.jpeg).tolist()
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
    across, down = (inner + draw(config.scale)) * x + draw(2 * config.shift), (inner + draw(config.scale)) * y
    grid = torch.stack([across - turn * y, turn * x + (down + draw(2 * config.shift))])
    if config.perspective:
        grid /= draw(config.perspective) * x + (1 + draw(config.perspective) * y)
    fine = functional.grid_sample(pictures, grid.permute(1, 2, 3, 0), padding_mode="border", align_corners=False)
    return functional.avg_pool2d(fine, 2)


def luma(pictures, generator, spread):
    """RGB to one channel; the weights vary by `spread`: infrared and daylight weigh colours differently.

    pictures: uint8 [n, h, w, 3], or float32 [n, 3, h, w] in 0..1; result float32 [n, 1, h, w] in 0..1.
    """
    weights = torch.tensor([[0.299, 0.587, 0.114]])
    weights = weights * torch.exp(spread * torch.randn(len(pictures), 3, generator=generator))
    weights = weights / weights.sum(1, keepdim=True)
    planes = pictures.unbind(1)
    if pictures.dtype == torch.uint8:
        weights, planes = weights / 255, [plane.float() for plane in pictures.unbind(3)]
    red, green, blue = weights[:, :, None, None].unbind(1)
    return (planes[0] * red).addcmul_(planes[1], green).addcmul_(planes[2], blue)[:, None]


def light(pictures, config, generator):
    """Exposure, contrast, gamma, white balance and loss of colour, moving shadows and lamps."""
    count, channels = pictures.shape[:2]
    x = pictures.clone()
    if channels == 3:
        night = rows(generator, count, config.infrared)
        x[night] = x[night].mean(1, keepdim=True).expand(-1, 3, -1, -1)
        x *= 1 + config.colour * (torch.rand(count, 3, 1, 1, generator=generator) * 2 - 1)
    shady, lit = rows(generator, count, config.shadow), rows(generator, count, config.lamp)
    x[shady] *= _shadow(len(shady), *x.shape[2:], generator)
    x[lit] += _lamp(len(lit), *x.shape[2:], generator)
    mean, contrast = x.mean((1, 2, 3), keepdim=True), uniform(generator, count, -config.contrast, config.contrast).exp()
    gain = uniform(generator, count, -config.exposure, config.exposure).exp()
    x = (x * (contrast * gain)).add_(mean * (1 - contrast) * gain)
    return x.clamp_(1e-4, 1).pow_(uniform(generator, count, -config.gamma, config.gamma).exp())


def sensor(pictures, config, generator):
    """Blur, noise (more of it in the dark), and 256 grey levels."""
    count = len(pictures)
    x, blurred = pictures.clone(), rows(generator, count, config.blur)
    x[blurred] = functional.avg_pool2d(functional.pad(x[blurred], (1, 1, 1, 1), mode="replicate"), 3, 1)
    sigma = uniform(generator, count, 0, 1) ** 2 * config.noise
    noise = torch.randn(x.shape, generator=generator)
    x += noise.mul_(sigma).mul_(1.4 - x)
    return x.clamp_(0, 1).mul_(255).round_().div_(255)


def _plane(count, height, width, generator):
    """Signed distance (in half sides) of every pixel from a random straight edge: [n, 1, h, w]."""
    y = torch.linspace(-1, 1, height).view(1, 1, height, 1)
    x = torch.linspace(-1, 1, width).view(1, 1, 1, width)
    angle, offset = uniform(generator, count, 0, 6.2832), uniform(generator, count, -0.8, 0.8)
    return x * torch.cos(angle) + (y * torch.sin(angle) - offset)


def _shadow(count, height, width, generator):
    """What is left of the light, [n, 1, h, w]; half of the shadows are a band or a wedge."""
    def edge(number):
        plane = _plane(number, height, width, generator)
        return plane.mul_(uniform(generator, number, 1.0, 4.0).exp()).sigmoid_()
    dark, both = edge(count), rows(generator, count, 0.5)
    dark[both] *= edge(len(both))
    return 1 - uniform(generator, count, 0.15, 0.65) * dark


def _lamp(count, height, width, generator):
    """Light that is added, [n, 1, h, w]."""
    y = torch.linspace(-1, 1, height).view(1, 1, height, 1) - uniform(generator, count, -1.2, 1.2)
    x = torch.linspace(-1, 1, width).view(1, 1, 1, width) - uniform(generator, count, -1.2, 1.2)
    size, strength = uniform(generator, count, 0.05, 1.0), uniform(generator, count, 0.05, 0.35)
    return torch.exp(-x * x / size) * (torch.exp(-y * y / size) * strength)

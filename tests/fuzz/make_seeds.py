"""Writes the seeds of the fuzzing targets into seeds/<target>/: python tests/fuzz/make_seeds.py

Small inputs that reach the parsers' depths; libFuzzer finds the rest. The pictures come from Pillow.
"""

import io
import json
import math
import pathlib
import random
import sys

from PIL import Image

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "portable"))

import test_contract_model as model_tests  # noqa: E402

BYTE_BY_BYTE, WHOLE, UNEVEN = b"\1\1\1\1", b"\0\0\0\0", b"\7\0\x05\3"


def jpeg(width, height, mode="RGB", **options):
    noise = random.Random(width * 1000 + height)
    picture = Image.new(mode, (width, height))
    picture.putdata([tuple((7 * x * c + 5 * y + noise.randrange(40)) % 256 for c in (1, 2, 3)) if mode == "RGB"
                     else (9 * x + 5 * y + noise.randrange(40)) % 256 for y in range(height) for x in range(width)])
    file = io.BytesIO()
    picture.save(file, "JPEG", **options)
    return file.getvalue()


def jpeg_seeds():
    """Options and a region in front of one or two pictures; see sdk/fuzz/cores/jpeg.c."""
    region = bytes([1, 2, 5, 4])
    for sampling in (0, 1, 2):
        yield bytes([8 + 16]) + region + jpeg(24, 20, quality=60, subsampling=sampling)
        yield bytes([4 + 64]) + region + jpeg(17, 9, quality=90, subsampling=sampling)
    grey = jpeg(20, 12, "L", quality=75)
    yield bytes([3]) + region + grey
    yield bytes([8 + 16]) + region + grey + grey
    yield bytes([8 + 1]) + region + jpeg(40, 33, quality=30, restart_marker_blocks=2)
    yield bytes([8 + 2 + 64]) + region + jpeg(48, 40, quality=20, restart_marker_rows=1) + jpeg(8, 8, quality=50)
    yield bytes([0]) + region + jpeg(16, 16, quality=50, progressive=True)
    yield bytes([1]) + region + jpeg(32, 16, quality=85, optimize=True)
    yield bytes([4 + 32]) + region + jpeg(8, 8, quality=100)
    yield bytes([2]) + region + jpeg(33, 17, quality=5) + jpeg(33, 17, quality=40, optimize=True)
    noise = random.Random(2)
    for options in (0, 1, 2, 3, 8 + 16, 8 + 1 + 16, 8 + 2 + 64, 8 + 3 + 16):
        specs = [[noise.randrange(256) for _ in range(7)] + [noise.randrange(256), 0] for _ in range(3)]
        yield bytes([128 + options]) + bytes([9, 5, 20, 14, options]) + bytes(sum(specs, [])) + noise.randbytes(30)


def nn_seeds():
    """Numbers as sdk/fuzz/cores/nn.c takes them: mostly a good start for each operator."""
    noise = random.Random(1)
    for length in (20, 60, 120, 200):
        for _ in range(3):
            yield bytes(noise.randrange(256) for _ in range(length))
    for op in range(7):
        yield bytes([8, 7, 4, 3] + ([9, op, 9, 128, 128, 128, 0] + [11, 3, 5, 7, 9] * 4) * 3)


def http_client_seeds():
    hello = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1a\r\n" + b"z" * 26 + b"\r\n0\r\nT: 1\r\n\r\n"
    refused = (b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r, s", nonce="n\\"", qop="auth,auth-int", algorithm=SHA-256-sess, '
               b'opaque="o"\r\nWWW-Authenticate: Basic realm="r"\r\nContent-Length: 3\r\n\r\nno!')
    stale = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest nonce="m", stale=true, realm=x\r\nContent-Length: 0\r\n\r\n'
    for options, answer in ((0, hello + hello), (0, chunks + hello), (1, refused + hello), (1, refused + stale + chunks),
                            (0, b"HTTP/1.0 200 OK\r\n\r\nuntil the end"), (0, b"HTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length:0\n\n"),
                            (0, b"HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n"), (0, b"RTSP/1.0 200 OK\r\n\r\n")):
        for pieces in (BYTE_BY_BYTE, UNEVEN):
            yield bytes([options + 6]) + WHOLE + pieces + answer


def http_server_seeds():
    for text in (b"GET /api/v1/status?x=1&y HTTP/1.1\r\nHost: camera\r\nAuthorization: Bearer token\r\n\r\n",
                 b"POST /api/v1/model HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                 b"GET http://a/%41?b=%20&b=c HTTP/1.1\r\nHost: a\r\n\r\n", b"POST / HTTP/1.1\r\nHost: a\r\n\r\n",
                 b"PUT /x HTTP/1.1\nHost: a\nContent-Length: 99999\n\n", b"GET / HTTP/2\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n"):
        for pieces in (WHOLE, UNEVEN):
            yield pieces + text


def multipart_seeds():
    picture = jpeg(8, 8, "L", quality=20)
    parts = [b"--mark\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1772360430.500\r\n\r\n" + picture + b"\r\n",
             b"--mark\r\nContent-Length: 12\r\n\r\nhello world!\r\n", b"preamble\r\n--mark\r\n\r\nab\r\n-\r\n--mark--\r\n"]
    for pieces in (BYTE_BY_BYTE, UNEVEN):
        yield bytes([6]) + WHOLE + pieces + b"".join(parts) + b"--mark--"
        yield bytes([6]) + WHOLE + pieces + b"".join(reversed(parts))
        kind = b'Multipart/X-Mixed-Replace; charset=x; BOUNDARY="--m"'
        yield bytes([4]) + WHOLE + pieces + bytes([len(kind)]) + kind + b"--m\n\nab\r\n--m\n\ncd\r\n--m--"
        yield bytes([5]) + WHOLE + pieces + b"noise" + picture + picture + b"\xff\xd8\xff\xff\xd9"


def composed(layers, weights):
    """A model of 2x2 pixels as sdk/fuzz/parsers/fuzz_model.py puts one together; `weights` are shapes."""
    spec = dict(model_tests.spec(), layers=layers)
    spec["input"] = {"width": 2, "height": 2, "channels": 1, "region": [0, 0, 10000, 10000]}
    tensors, data = "", b""
    parts = [("selftest.input", "U8", [1, 2, 2, 1], bytes(4)), ("selftest.logits", "I8", [1, 2], bytes(2))]
    for i, layer in enumerate(layers):
        n = 1 if layer["op"] == "avgpool" else layer["out_channels"]
        parts += [(f"{i}.bias", "I32", [n], bytes(4 * n)), (f"{i}.multiplier", "I32", [n], b"\0\0\0\x40" * n),
                  (f"{i}.shift", "U8", [n], b"\x08" * n)]
        if weights[i]:
            parts.append((f"{i}.weight", "I8", weights[i], bytes(math.prod(weights[i]))))
    for name, dtype, shape, content in sorted(parts, key=lambda part: part[1]):
        entry = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        tensors += f',"{name}":' + json.dumps(entry, separators=(",", ":"))
        data += content
    return b"\1" + json.dumps(spec, separators=(",", ":")).encode() + b"\0" + tensors.encode() + b"}\0" + data


def layer(op, stride, out_channels):
    return {"op": op, "stride": stride, "out_channels": out_channels, "input_zero": -128, "output_zero": 0, "low": -128,
            "high": 127}


def model_seeds():
    yield model_tests.file(model_tests.spec(), model_tests.tensors())
    yield b"\x02\0\0\0\0\0\0\0{}"
    yield composed([layer("dense", 1, 2)], [[2, 4]])
    yield composed([layer("conv2d_3x3", 2, 2), layer("avgpool", 1, 2)], [[2, 3, 3, 1], None])
    yield composed([layer("depthwise_3x3", 1, 1), layer("pointwise", 1, 2), layer("dense", 1, 2)], [[3, 3, 1], [2, 1], [2, 8]])


SEEDS = {"jpeg": jpeg_seeds, "nn": nn_seeds, "http_client": http_client_seeds, "http_server": http_server_seeds,
         "multipart": multipart_seeds, "model": model_seeds}


def main():
    for target, seeds in SEEDS.items():
        folder = FOLDER / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for i, seed in enumerate(seeds()):
            (folder / f"{i:02d}").write_bytes(seed)


if __name__ == "__main__":
    main()

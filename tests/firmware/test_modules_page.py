"""The examples of docs/modules.md run in the firmware, in their order."""

import pathlib
import re
import subprocess

from camera_model import make
from camera_server import picture

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "modules.md"


def examples():
    """The indented blocks of the page that are Python, one behind the other."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE.read_text(), re.MULTILINE)
    return "".join(re.sub("^    ", "", block, flags=re.MULTILINE) for block in blocks if "doorlens-camera" not in block)


def test_examples_run_in_the_firmware(camera, tmp_path):
    (tmp_path / "door.jpg").write_bytes(picture(90))
    (tmp_path / "model.safetensors").write_bytes(make())
    (tmp_path / "page.py").write_text(examples() + "\nprint(width, height, w, h, arena, len(descriptor), shift[2])\n")
    done = subprocess.run([*camera.command, "page.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    first, signed, second = done.stdout.splitlines()
    assert first == "True 0" and signed == "False" and second.startswith("320 240 320 240 ") and second.split()[5] == str(7 * 7 * 36)
    assert (tmp_path / "door.ppm").read_bytes().startswith(b"P6\n320 240\n255\n")

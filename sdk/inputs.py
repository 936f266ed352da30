"""What the firmware is built from, and a digest of it: nothing is rebuilt while the digest stays."""

import hashlib
import os

INPUTS = ("Dockerfile", ".dockerignore", "sdk", "cmodules", "contract", "camera_firmware")
# In no image: folders by name, or by path from the root.
NEVER = {"__pycache__", os.path.join("sdk", "fuzz"), os.path.join("sdk", "package")}


def digest(root, extra_c_modules, inputs=INPUTS):
    """SHA-256 in hex over the build argument and the names and contents of every input."""
    result = hashlib.sha256(extra_c_modules.encode() + b"\0")
    for path in sorted(files(root, inputs)):
        with open(os.path.join(root, path), "rb") as file:
            result.update(path.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return result.hexdigest()


def files(root, inputs=INPUTS):
    """Paths of the inputs, relative to `root`."""
    for top in inputs:
        if os.path.isfile(os.path.join(root, top)):
            yield top
        for folder, folders, names in os.walk(os.path.join(root, top)):
            at = os.path.relpath(folder, root)
            folders[:] = [name for name in folders if not NEVER & {name, os.path.join(at, name)}]
            for name in names:
                if not name.endswith(".pyc"):
                    yield os.path.relpath(os.path.join(folder, name), root)

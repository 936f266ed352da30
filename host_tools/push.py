"""Put a model on a camera, and be sure that it is the one in use."""

import hashlib

from contract import model as model_file
from host_tools import native
from host_tools.errors import CameraError


def push(client, data):
    """Check `data` with the camera's own kernels here, upload it, compare what the camera then runs.

    Returns the camera's {"sequence", "sha256"}. Raises ModelError (here) or CameraError (there).
    """
    check(data)
    client.put_model(data)
    answer = client.model()
    if answer["sha256"] != hashlib.sha256(data).hexdigest():
        raise CameraError(f"{client.url} took the model but runs another one (sequence {answer['sequence']})")
    return answer


def check(data):
    """Raises ModelError unless `data` is a model file whose self-test passes with the kernels here."""
    model = model_file.parse(data)
    model_file.self_test(model, model_file.build(model, native.nn))

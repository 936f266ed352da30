"""The demonstration's signed push: its key lives as long as the demonstration, its camera trusts that key from the beginning."""

from contract import model as model_file
from contract import update
from host_tools import keys, push
from host_tools.errors import DemoError
from host_tools.project import product_of

_TRIAL_FRAMES = 3  # while it waits the virtual camera repeats its last frame once a second; a real one sees hundreds


def settings(key, name):
    """The camera's settings "update" for the door `name`. `key` is a keys.SigningKey."""
    return {"key": key.public_hex, "product": product_of(name), "trial_frames": _TRIAL_FRAMES}


def push_signed(client, content, door, key):
    """Sign the model file `content`, push it, wait for its trial. Returns its number. Raises ModelError and DemoError."""
    push.check(content)
    number = max(1, model_file.parse(content).sequence)
    outcome = push.push(client, push.Update(keys.sign(content, update.MODEL, number, door.product, key)))
    if outcome.result != push.CONFIRMED:
        raise DemoError(f"the camera did not take the model: {outcome.result}, {outcome.reason}")
    return number

"""A camera that trusts a key, and updates signed with it."""

import hashlib
import time

from camera_model import make
from camera_process import CameraProcess

from contract import api, update
from host_tools import keys

PRODUCT = "front-door"
KEY = keys.generate()
TRIAL_FRAMES = 12


def signed(sequence, content=None, key=KEY, product=PRODUCT, flags=0, kind=update.MODEL):
    """A signed update; the model inside has the same number unless `content` is given."""
    return keys.sign(make(sequence=sequence) if content is None else content, kind, sequence, product, key, flags)


def digest(data):
    return hashlib.sha256(data[:update.HEADER_BYTES]).hexdigest()


class SignedCamera(CameraProcess):
    """CameraProcess with `update` in its settings."""

    def __init__(self, folder, settings, architecture="x86_64", **update_settings):
        given = {"key": KEY.public_hex, "product": PRODUCT, "trial_frames": TRIAL_FRAMES} | update_settings
        super().__init__(folder, settings | {"update": given}, architecture)

    def put(self, data, offset=0):
        return self.request("PUT", api.UPDATE, params={"offset": offset}, content=data)

    @property
    def update(self):
        return self.get(api.UPDATE).json()

    def upload(self, data, piece=api.MAX_PIECE_BYTES, begin=0):
        """All of `data` from `begin`; the last answer."""
        for at in range(begin, len(data), piece):
            answer = self.put(data[at:at + piece], at)
            if answer.status_code != 200:
                return answer
        return answer

    def ends_in(self, state, data):
        """Waits for the trial's end."""
        self.wait(f"the update is {state}", lambda: self.update["state"] != api.TRIAL)
        found = self.update
        assert (found["state"], found["digest"]) == (state, digest(data)), found
        return found

    def install(self, data):
        answer = self.upload(data)
        assert answer.status_code == 200, answer.text
        return self.ends_in(api.CONFIRMED, data)

    def crash(self):
        """Ends as if by an error of its own, and starts again."""
        self.kill()
        self.start()

    def wait_end(self, patience_s=30):
        """The exit status of a process that ends by itself."""
        deadline = time.monotonic() + patience_s
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.process.poll()

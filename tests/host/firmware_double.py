"""A camera's side of a signed firmware update, by the words of contract.api."""

import hashlib

from update_double import UpdateDouble

from contract import api, update


class FirmwareDouble(UpdateDouble):
    """An ARMv7 camera, or another `machine`; silent for `restarts` requests when a trial begins. `content` is the executable that
    runs, None for the packaged one; `kinds` are those that were asked about with every request.
    """

    kind = update.FIRMWARE

    def __init__(self, public=None, machine="armv7", restarts=2):
        self.machine, self.restarts, self.kinds = machine, restarts, []
        super().__init__(public, update.firmware_product(machine))

    def _show(self):
        super()._show()
        self.status["model"] = {"sequence": 3, "sha256": "00", "labels": ["closed", "open"]}
        running = {"sequence": self.header.sequence, "sha256": hashlib.sha256(self.content).hexdigest()} if self.content else {
            "sequence": None, "sha256": None}
        if self.status["update"]["key"]:
            self.status["update"]["firmware"] = self._told() | {"running": running, "machine": self.machine}

    def answer(self, method, path, query, body):
        if path == api.UPDATE and query.get("kind") != "firmware":
            assert method == "GET"
            return 200, {"state": api.NONE, "have": 0, "digest": None, "sequence": None, "reason": None, "floor": 1, "trial": None}
        self.kinds.append(query.get("kind"))
        before = self.state
        answer = super().answer(method, path, query, body)
        if self.state != before and self.state == api.TRIAL:
            self.silent = self.restarts
        self._show()
        return answer

    def _told(self):
        told = super()._told()
        return told | {"trial": told["trial"] and {"frames": self.frames, "seconds": self.frames, "of": self.trial_frames}}

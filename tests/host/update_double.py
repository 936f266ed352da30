"""A camera's side of a signed update, by the words of contract.api, with faults to order."""

import hashlib

from camera_double import CameraDouble

from contract import api, update
from host_tools import keys

PRODUCT = "front-door"


class UpdateDouble(CameraDouble):
    """Trusts `public` (65 bytes; None: it has no key, and takes bare models). Faults, which a test sets:

    reject: reason why a trial fails; refuse: (code, message) of every piece; break_at: sets of byte counts, at "request" the
    connection ends before the piece is taken, at "answer" after it; lose: how often a complete update vanishes; silent:
    requests that get no answer; stuck: no trial ever ends.
    """

    kind = update.MODEL

    def __init__(self, public=None, product=PRODUCT, trial_frames=3):
        super().__init__()
        self.public, self.product, self.trial_frames = public, product, trial_frames
        self.part, self.header, self.state, self.reason, self.frames, self.floor = b"", None, api.NONE, None, 0, 1
        self.content = None
        self.reject = self.refuse = None
        self.break_at = {"request": set(), "answer": set()}
        self.lose = self.silent = 0
        self.stuck = False
        self.pieces = []  # offset of every piece
        self._show()

    def _show(self):
        self.status["update"] = {"key": self.public and update.key_id(self.public).hex(), "product": self.product}
        self.status["model"] = self.content and {"sequence": 1, "sha256": hashlib.sha256(self.content).hexdigest()}

    def answer(self, method, path, query, body):
        if self.silent:
            self.silent -= 1
            return None, None
        if path == api.MODEL:
            return self._model(method, body)
        if path != api.UPDATE:
            return super().answer(method, path, query, body)
        if method == "PUT":
            return self._piece(int(query["offset"]), body)
        if method == "DELETE":
            self.part, self.header, self.state = b"", None, api.NONE
        elif self.state == api.TRIAL and not self.stuck:
            self._look()
        return 200, self._told()

    def _model(self, method, body):
        if method == "PUT":
            if self.public:
                return api.error("update_unsigned", "this camera takes signed updates only")
            self.content = body
            self._show()
        if self.content is None:
            return api.error("not_found", "no model has been pushed yet")
        return 200, {"sequence": 1, "sha256": hashlib.sha256(self.content).hexdigest()}

    def _piece(self, offset, body):
        self.pieces.append(offset)
        if self.refuse:
            return api.error(*self.refuse)
        if self.state == api.TRIAL:
            return api.error("update_busy", "a trial is under way")
        if self._breaks("request", offset, body):
            return None, None
        if offset and offset != len(self.part):
            return api.error("update_offset", f"there are {len(self.part)} bytes")
        self.part = (self.part if offset else b"") + body
        try:
            self._take(offset)
        except update.UpdateError as error:
            self.part = b""
            return api.error(error.code, str(error))
        return (None, None) if self._breaks("answer", offset, body) else (200, self._told())

    def _breaks(self, when, offset, body):
        due = {count for count in self.break_at[when] if offset <= count < offset + len(body)}
        self.break_at[when] -= due
        return bool(due)

    def _take(self, offset):
        if offset == 0:
            keys_trusted = [self.public] if self.public else []
            self.header = update.check(self.part, self.kind, self.product, keys_trusted, self.floor, 1 << 23, keys.verify)
            self.state, self.reason = api.RECEIVING, None
        if len(self.part) >= update.HEADER_BYTES + self.header.length:
            update.check_content(self.header, self.part[update.HEADER_BYTES:])
            if self.lose:
                self.lose -= 1
                self.part, self.header, self.state = b"", None, api.NONE
            else:
                self.state, self.frames = api.TRIAL, 0

    def _look(self):
        self.frames += 1
        if self.frames < self.trial_frames:
            return
        if self.reject:
            self.state, self.reason = api.REJECTED, self.reject
        else:
            self.state, self.floor = api.CONFIRMED, self.header.sequence + 1
            self.content = self.part[update.HEADER_BYTES:]
        self._show()

    def _told(self):
        trial = {"frames": self.frames, "of": self.trial_frames, "compared": self.frames, "agreed": self.frames}
        return {"state": self.state, "have": len(self.part) if self.state == api.RECEIVING else 0,
                "digest": self.header and self.header.digest.hex(), "sequence": self.header and self.header.sequence,
                "reason": self.reason, "floor": self.floor, "trial": trial if self.state == api.TRIAL else None}

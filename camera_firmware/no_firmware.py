"""In place of firmware_updates.FirmwareUpdates where the packaged firmware is all there is."""


class NoFirmware:
    on_trial = busy = restart_wanted = False
    others = None

    def start(self):
        pass

    settled = let_go = start

    def tick(self, now_ms, frames, crashes):
        pass

    def status(self):
        return None

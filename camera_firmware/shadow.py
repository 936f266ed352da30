"""A model on trial: it sees the frames of the model in use, and what it says is counted, not published."""

from camera_firmware.portable import ticks_ms, ticks_since

TOO_MUCH_MEMORY = "it needs more memory than this camera has beside the model in use"


class Shadow:
    """`stage` is the inference.Inference on trial, `trial` a trial.Trial."""

    def __init__(self, stage, trial):
        self.stage = stage
        self.trial = trial

    def look(self, jpeg, length, old_verdict):
        """One frame that the model in use has classified. The trial's outcome, see Trial."""
        begin = ticks_ms()
        try:
            self.stage.look(jpeg, length)
        except MemoryError:
            return TOO_MUCH_MEMORY
        except Exception as error:  # whatever it is, the model in use shall not suffer
            return "it cannot classify what the model in use can: %s" % error
        self.trial.count(self.stage.verdict, old_verdict, ticks_since(begin))
        return self.trial.outcome()

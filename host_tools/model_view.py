"""What the network sees of a frame and what the newest model says of it, for the annotator's window."""

import threading

from annotation.views import Look
from contract import model as model_file
from contract.decision import UNUSABLE, probability
from host_tools import deployed

_SIDE, _CHANNELS = 64, 1  # of the network that doorlens train makes unless told otherwise, until there is a model


class ModelView:
    """Of an opened Project. The newest run's model is read when it is first asked for; a damaged one is left out."""

    def __init__(self, project):
        self._project = project
        self._loaded = False
        self._lock = threading.Lock()  # the window's thread looks, another one scores
        self._parsed = self._network = None
        self._name = ""

    def look(self, file, region):
        """The Look at the picture `file`: of `region`, by the camera's own C code. ValueError, OSError."""
        from training.pixels import network_input

        parsed = self._model()
        jpeg = file.read_bytes()
        if parsed is None:
            pixels = network_input(jpeg, region, _SIDE, _SIDE, _CHANNELS)
            return Look(pixels.tobytes(), _SIDE, _SIDE, _CHANNELS, [], "no model yet")
        pixels = network_input(jpeg, region, parsed.width, parsed.height, parsed.channels)
        about = self._name if list(region) == list(parsed.region) else "%s, trained on another region" % self._name
        return Look(pixels.tobytes(), parsed.width, parsed.height, parsed.channels, self._shares(pixels), about)

    def score(self, path):
        """(label, probability 0..1) of the frame `path` by the newest model on its own region, or None."""
        from training.pixels import network_input

        parsed = self._model()
        if parsed is None:
            return None
        try:
            jpeg = (self._project.path / path).read_bytes()
            pixels = network_input(jpeg, parsed.region, parsed.width, parsed.height, parsed.channels)
        except (OSError, ValueError):
            return None
        return max(self._shares(pixels), key=lambda share: share[1])

    def _shares(self, pixels):
        logits = bytearray(len(self._parsed.labels))
        with self._lock:
            self._network.run(pixels, logits)
        return [(name, probability(logits, i, self._parsed)) for i, name in enumerate(self._parsed.labels)]

    def _model(self):
        """The parsed model, or None."""
        with self._lock:
            if not self._loaded:
                file = deployed.newest(self._project.runs_path)
                if file is not None:
                    self._load(file)
                self._loaded = True
            return self._parsed

    def _load(self, file):
        from host_tools.native import nn

        parsed = model_file.parse(file.read_bytes())
        if set(parsed.labels) <= {*self._project.states, UNUSABLE}:
            self._network = model_file.build(parsed, nn)
            self._parsed, self._name = parsed, "model of run " + file.parent.name

"""Pictures decoded ahead by a thread, in bounded memory."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from annotation.picture import PictureError, load_detail, load_fitted

_LIMIT_BYTES = 64_000_000
_BYTES_PER_PIXEL = 4  # Pillow keeps RGB in four
_KEPT_AT_LEAST = 3  # the current picture and its neighbours, however large they are


class Request(NamedTuple):
    """A picture as it is to be shown: fitted into width x height, or at least as fine (`detail`)."""

    path: object  # Path
    width: int
    height: int
    detail: bool = False


def decode(request):
    """The RGB image of a Request. Raises PictureError."""
    load = load_detail if request.detail else load_fitted
    return load(request.path, request.width, request.height)


class PictureCache:
    """Works for one window; `close` ends its thread.

    load: Request -> image, raises PictureError. Least recently used pictures leave first.
    """

    def __init__(self, load=decode, limit_bytes=_LIMIT_BYTES):
        self._load, self._limit = load, limit_bytes
        self._images = OrderedDict()  # Request -> image, least recently used first
        self._bytes = 0
        self._wanted, self._busy, self._closed = [], None, False
        self._failed = set()  # of the wanted: not tried again and again
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
        self._thread.start()

    def get(self, request):
        """The picture, at once if it was decoded ahead. Raises PictureError."""
        with self._changed:
            while self._busy == request:
                self._changed.wait()
            image = self._find(request)
        if image is None:
            image = self._load(request)
            with self._changed:
                self._keep(request, image)
        return image

    def peek(self, request):
        """The picture if it is there, or None."""
        with self._changed:
            return self._find(request)

    def failed(self, request):
        """Whether the thread could not decode it, since it was last prefetched."""
        with self._changed:
            return request in self._failed

    def prefetch(self, requests):
        """Decodes these in order; what was asked for before and has not begun is forgotten."""
        requests = list(dict.fromkeys(requests))
        with self._changed:
            self._failed.intersection_update(requests)
            self._wanted = [request for request in requests
                            if request not in self._images and request not in self._failed]
            self._changed.notify_all()

    def is_busy(self):
        with self._changed:
            return bool(self._wanted or self._busy)

    @property
    def bytes(self):
        """Memory of the decoded pictures."""
        return self._bytes

    def close(self):
        """Returns when the thread has ended."""
        with self._changed:
            self._closed = True
            self._wanted = []
            self._changed.notify_all()
        self._thread.join()

    def _find(self, request):
        if request in self._images:
            self._images.move_to_end(request)
        return self._images.get(request)

    def _keep(self, request, image):
        if request not in self._images:
            self._images[request] = image
            self._bytes += _size(image)
        while self._bytes > self._limit and len(self._images) > _KEPT_AT_LEAST:
            self._bytes -= _size(self._images.popitem(last=False)[1])

    def _work(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                request = self._wanted.pop(0)
                if request in self._images:
                    continue
                self._busy = request
            try:
                image = self._load(request)
            except PictureError:
                image = None  # said when it is to be shown
            with self._changed:
                self._busy = None
                if image is None:
                    self._failed.add(request)
                else:
                    self._keep(request, image)
                self._changed.notify_all()


def _size(image):
    return image.width * image.height * _BYTES_PER_PIXEL

import threading

import pytest
from PIL import Image

from annotation.picture import PictureError
from annotation.picture_cache import PictureCache, Request


class Pictures:
    """Counts what is decoded; waits for `gate` where the path is "slow"."""

    def __init__(self):
        self.loaded, self.gate = [], threading.Event()

    def __call__(self, request):
        if request.path == "slow":
            self.gate.wait(10)
        if request.path == "bad":
            raise PictureError("The picture is missing.")
        self.loaded.append(request.path)
        return Image.new("RGB", (request.width, request.height))


@pytest.fixture
def made():
    caches = []

    def make(limit=10**6):
        pictures = Pictures()
        caches.append(PictureCache(pictures, limit))
        return pictures, caches[-1]
    yield make
    for cache in caches:
        cache.close()


def _settle(cache):
    with cache._changed:
        assert cache._changed.wait_for(lambda: not cache._wanted and not cache._busy, 10)


def _request(path):
    return Request(path, 10, 10)


def test_prefetched_picture_is_not_decoded_again(made):
    pictures, cache = made()
    cache.prefetch([_request("a"), _request("b")])
    _settle(cache)
    assert cache.get(_request("a")).size == (10, 10)
    assert pictures.loaded == ["a", "b"]


def test_picture_that_is_being_decoded_is_waited_for(made):
    pictures, cache = made()
    cache.prefetch([_request("slow")])
    while not cache._busy:
        pass
    threading.Timer(0.05, pictures.gate.set).start()
    assert cache.get(_request("slow"))
    assert pictures.loaded == ["slow"]


def test_new_wishes_replace_those_that_have_not_begun(made):
    pictures, cache = made()
    cache.prefetch([_request("slow")])
    while not cache._busy:
        pass
    cache.prefetch([_request("old")])
    cache.prefetch([_request("new")])
    pictures.gate.set()
    _settle(cache)
    assert pictures.loaded == ["slow", "new"]


def test_memory_is_bounded_and_the_oldest_leaves_first(made):
    pictures, cache = made(limit=5 * 400)
    for name in "abcdefgh":
        cache.get(_request(name))
    assert cache.bytes <= 5 * 400
    assert cache.peek(_request("h")) and not cache.peek(_request("a"))


def test_missing_picture_is_said_when_it_is_asked_for(made):
    pictures, cache = made()
    cache.prefetch([_request("bad"), _request("a")])
    _settle(cache)
    assert cache.failed(_request("bad"))
    with pytest.raises(PictureError):
        cache.get(_request("bad"))
    assert cache.get(_request("a"))

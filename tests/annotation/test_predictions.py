import threading

import pytest

from annotation.predictions import Predictions


@pytest.fixture
def asked():
    made = []

    def make(score, others=None):
        made.append(Predictions(score, others or {}))
        return made[-1]
    yield make
    for predictions in made:
        predictions.close()


class Scores:
    """Notes what it is asked; `done` is set after so many."""

    def __init__(self, count):
        self.paths, self.done, self._count = [], threading.Event(), count

    def __call__(self, path):
        self.paths.append(path)
        if len(self.paths) == self._count:
            self.done.set()
        return ("open", 0.5) if path != "dark" else None


def _settle(predictions, count):
    while predictions.number < count:
        pass


def test_frames_after_the_current_one_come_first(asked):
    scores = Scores(5)
    predictions = asked(scores)
    predictions.ask(list("abcde"), 2)
    assert scores.done.wait(10)
    assert scores.paths == list("cdeba")


def test_nothing_is_asked_twice(asked):
    scores = Scores(2)
    predictions = asked(scores)
    predictions.ask(["a", "b"], 0)
    _settle(predictions, 2)
    predictions.ask(["a", "b", "c"], 0)
    _settle(predictions, 3)
    assert scores.paths == ["a", "b", "c"]


def test_what_was_learned_comes_before_the_model_and_the_model_before_the_file(asked):
    predictions = asked(Scores(2), {"a": ("closed", 0.9), "dark": ("closed", 0.8)})
    assert predictions.get("a") == ("closed", 0.9)
    predictions.ask(["a", "dark"], 0)
    _settle(predictions, 2)
    assert predictions.get("a") == ("open", 0.5)
    assert predictions.get("dark") == ("closed", 0.8)
    predictions.learned({"a": ("unusable", 0.7)})
    assert predictions.get("a") == ("unusable", 0.7)


def test_model_that_cannot_be_run_is_kept_as_an_error(asked):
    def broken(path):
        raise RuntimeError("no such kernel")
    predictions = asked(broken)
    predictions.ask(["a", "b"], 0)
    _settle(predictions, 1)
    assert "no such kernel" in str(predictions.error)
    assert predictions.get("a") is None

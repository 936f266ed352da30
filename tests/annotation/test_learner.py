import subprocess
import sys

from annotation.learner import LABELS, Learner


class Processes:
    """Stand-ins for what prepares: real processes that end at once, or wait."""

    def __init__(self, words="pass"):
        self.words, self.started = words, []

    def __call__(self):
        self.started.append(subprocess.Popen([sys.executable, "-c", self.words]))
        return self.started[-1]


def _ended(learner, processes):
    processes.started[-1].wait()
    return learner.finished()


def test_begins_after_so_many_new_labels_and_again_after_as_many():
    processes = Processes()
    learner = Learner(processes, labelled=100)
    for labelled in range(100, 100 + 2 * LABELS + 1):
        learner.labels_now(labelled)
        if learner.running:
            assert _ended(learner, processes)
    assert len(processes.started) == 2
    assert not learner.finished()


def test_begins_after_as_many_labels_were_taken_back():
    processes = Processes()
    learner = Learner(processes, labelled=300)
    learner.labels_now(301 - LABELS)
    assert not learner.running
    learner.labels_now(300 - LABELS)
    assert learner.running and _ended(learner, processes)


def test_only_one_at_a_time_and_it_ends_with_the_window():
    processes = Processes("import time; time.sleep(60)")
    learner = Learner(processes, 0)
    learner.labels_now(LABELS)
    learner.labels_now(3 * LABELS)
    assert len(processes.started) == 1
    learner.close()
    assert processes.started[0].returncode is not None


def test_failure_is_no_news():
    processes = Processes("raise SystemExit(1)")
    learner = Learner(processes, 0)
    learner.labels_now(LABELS)
    assert not _ended(learner, processes)
    assert not learner.running


def test_without_anything_to_run_nothing_happens():
    learner = Learner(None, 0)
    learner.labels_now(1000)
    assert not learner.running and not learner.finished()

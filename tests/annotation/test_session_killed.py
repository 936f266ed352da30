"""A session that is killed at any instant loses no label whose picture was left, nor the place, nor what can be undone."""

import json
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import pytest
from annotation_projects import STATES, frame_path, make_project

from annotation import index_file, past_journals, stored_index
from annotation.index import Index
from annotation.session import Session

KILLS = int(os.environ.get("DOORLENS_KILLS", "30"))
FRAMES = 60
LONGEST_S = 0.05  # that a session works before it is killed
PATHS = [frame_path(number) for number in range(FRAMES)]
GROUPS = {path: PATHS[number // 6 * 6:number // 6 * 6 + 6] for number, path in enumerate(PATHS)}


def work(project, seed, tell):
    """Labels for ever; `tell(line)` says before each decision what it will be about, and after it where the person is."""
    drawn = random.Random(seed)
    session = Session(Index.open(project, STATES), "ada", groups=GROUPS)
    tell({"at": session.path})
    while True:
        if drawn.random() < 0.3:
            tell({"go": PATHS[number := drawn.randrange(FRAMES)]})
            session.go(number)
        label, grouped = drawn.choice([state for state in STATES if state != session.entry.label]), drawn.random() < 0.3
        tell({"try": label, "paths": session.group() if grouped else [session.path]})
        (session.label_group if grouped else session.label)(label)
        tell({"at": session.path})
        if drawn.random() < 0.05:
            session.close()  # writes index.json


def killed(project, seed, seconds):
    """What a session told before it was killed, a list."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(project, seed, lambda line: os.write(write, (json.dumps(line) + "\n").encode()))
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as told:
        first = told.readline()
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        rest = told.read()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return [json.loads(line) for line in (first + rest).splitlines()]


@pytest.fixture
def project():
    """In memory where there is one: what a killed process leaves does not depend on the disk."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as folder:
        make_project(Path(folder), FRAMES)
        yield Path(folder)


def test_session_killed_at_random_instants_loses_nothing(project, monkeypatch):
    monkeypatch.setattr(stored_index, "_COMPACT_LINES", 20)  # so that journals turn over while it is killed
    monkeypatch.setattr(stored_index, "_JOURNAL_BYTES", 20000)
    drawn, known, counts = random.Random(7), Known(), {"decided": 0, "halfway": 0}
    for kill in range(KILLS):
        known.hear(killed(project, kill, drawn.random() * LONGEST_S))
        found = labels(project)
        counts["decided"] += known.decided
        counts["halfway"] += known.check(found)
        session = Session(Index.open(project, STATES), "ada")
        assert session.path in known.places(found)
        if known.before:
            assert session.undo() and labels(project) == known.before[-1]
            assert session.redo()
        assert labels(project) == found
    index_file.parse((project / "index.json").read_bytes())
    print("%d kills: %d decisions, %d of them killed half-way, %d journals in the history"
          % (KILLS, counts["decided"], counts["halfway"], len(past_journals.files(project))))
    assert counts["decided"] > KILLS and counts["halfway"] > 0 and len(past_journals.files(project)) > 2
    session = Session(Index.open(project, STATES), "ada")
    while known.before:  # to the very beginning, over all restarts
        assert session.undo() and dict(zip(PATHS, session.labels())) == known.before.pop()
    assert not session.undo() and set(labels(project).values()) == {None}


def labels(project):
    return {path: entry.label for path, entry in Index.open(project, STATES).entries.items()}


class Known:
    """What must be true: labels of all frames; `before`: the labels before each decision, all of which can be undone."""

    def __init__(self):
        self.labels, self.before = dict.fromkeys(PATHS), []

    def hear(self, told):
        self.tried, self.decided, self._at = None, 0, set()
        for line in told:
            if "try" in line:
                self.tried = line
            elif "go" in line:
                self._at.add(line["go"])
            else:
                if self.tried:
                    self.before.append(dict(self.labels))
                    self.labels.update(dict.fromkeys(self.tried["paths"], self.tried["try"]))
                    self.decided += 1
                self.tried, self._at = None, {line["at"]}

    def check(self, found):
        """Was the decision, whose picture had not been left, made, at least in part?"""
        if self.tried:
            changed = {path for path in PATHS if found[path] != self.labels[path]}
            assert changed <= set(self.tried["paths"]) and all(found[path] == self.tried["try"] for path in changed)
            if changed:
                self.before.append(dict(self.labels))
        else:
            changed = ()
            assert found == self.labels
        self.labels = dict(found)
        return bool(changed)

    def places(self, found):
        """Where the person may be: where they were told to be, or where the last decision took them."""
        if not self.tried:
            return self._at
        first = self.tried["paths"][0]
        after = PATHS[min(PATHS.index(first) + 1, FRAMES - 1)]
        return self._at | {first, after} | ({path for path in PATHS if found[path] is None} if len(self.tried["paths"]) > 1 else set())

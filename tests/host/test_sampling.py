import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from annotation.index import Index
from contract import sample
from host_tools import project, sampling
from host_tools.looks import Blank, Looker
from host_tools.main import cli
from host_tools.sources import Shot, SourceError

sys.path.append(str(Path(__file__).parents[1] / "training"))
from tiny_door import START_MS, picture, write_jpeg  # noqa: E402

SECOND_MS = 1000


@pytest.fixture
def door(tmp_path):
    return project.create(tmp_path / "door", "door", ["closed", "open"], [0.2, 0.1, 0.8, 0.9])


def jpeg(pixels):
    return cv2.imencode(".jpg", pixels)[1].tobytes()


def shots(count=120, start_ms=START_MS, opened=range(50, 60)):
    """A frame a second, the door open in `opened`."""
    kinds = {state: jpeg(picture(state, 3)) for state in ("closed", "open")}
    return [Shot(kinds["open" if n in opened else "closed"], start_ms + n * SECOND_MS, n) for n in range(count)]


def intake(door, live=False, name="front", said=None, **settings):
    return sampling.Intake(door, name, live, settings, 1, (said if said is not None else []).append)


def play(door, given, **options):
    made = intake(door, **options)
    for shot in given:
        made.offer(shot)
    made.finish()
    return made.summary


class Source:
    live, total = False, None

    def __init__(self, given, live=False):
        self._given, self.live, self.attempts = given, live, 0

    def shots(self):
        self.attempts += 1
        for item in self._given if self.attempts == 1 else ():
            if isinstance(item, Exception):
                raise item
            yield item
        if self.live:
            raise SourceError("it stopped")


def test_opening_is_kept_with_picture_sidecar_and_index_entry(door):
    given = shots()
    summary = play(door, given)
    entries = Index.open(door.path).entries
    assert set(entries) == {path for path, _ in summary.kept} and 2 <= len(entries) < 30
    for path, reason in summary.kept:
        record = sample.check(json.loads((door.path / path).with_suffix(".json").read_text()))
        shot = given[record["sequence"]]
        assert (door.path / path).read_bytes() == shot.jpeg and record["reason"] == reason
        assert sample.time_ms(record) == shot.time_ms == entries[path].time_ms and record["bytes"] == len(shot.jpeg)
    assert any(50 <= json.loads((door.path / path).with_suffix(".json").read_text())["sequence"] < 60 for path in entries)


def test_same_source_again_keeps_the_same_and_stores_nothing_twice(door):
    first, second = play(door, shots()), play(door, shots())
    assert first.kept == second.kept and second.counts["kept"] == 0
    assert len(Index.open(door.path).entries) == len(first.kept)


def test_stream_remembers_what_it_kept_and_never_reuses_an_id(door):
    given = [Shot(shot.jpeg, shot.time_ms) for shot in shots()]
    first = play(door, given, live=True)
    later = play(door, [Shot(shot.jpeg, shot.time_ms + 200 * SECOND_MS) for shot in given], live=True)
    assert not {path for path, _ in first.kept} & {path for path, _ in later.kept}
    assert "first" in first.reasons and "first" not in later.reasons


def test_damaged_state_of_an_earlier_run_is_said(door):
    play(door, shots(), live=True)
    (door.path / "cache" / "sampling-front.json").write_bytes(b"{")
    said = []
    assert play(door, shots(), live=True, said=said).kept and "damaged" in said[0]


def test_bad_input_is_one_line_and_a_count_and_sampling_goes_on(door):
    good, said = shots(40, opened=range(30, 40)), []
    grey = jpeg(np.full((120, 160, 3), 128, np.uint8))
    large = jpeg(cv2.resize(picture("closed", 3), (320, 240)))
    bad = [Shot(b"", None, 100), Shot(b"\xff\xd8 nonsense", START_MS, 101), Shot(grey, START_MS, 102), Shot(grey, START_MS, 103),
           Shot(large, START_MS + 20_000, 104), Shot(large, START_MS - 86_400_000, 105), Shot(large, START_MS + 86_400_000, 106)]
    summary = play(door, [*good[:20], *bad, *good[20:]], said=said)
    assert {kind: summary.counts[kind] for kind in ("frames", "damaged", "blank", "resized", "jumps")} == {
        "frames": 47, "damaged": 2, "blank": 2, "resized": 2, "jumps": 3}
    assert len(said) == 4 and all("\n" not in line for line in said)
    assert any(json.loads((door.path / path).with_suffix(".json").read_text())["sequence"] >= 30 for path, _ in summary.kept)


def test_pictures_without_a_time_are_kept_without_one(door):
    summary = play(door, [Shot(shot.jpeg, None, shot.number) for shot in shots()])
    assert summary.kept and all("unknown-day" in path for path, _ in summary.kept)
    assert all(entry.time_ms is None for entry in Index.open(door.path).entries.values())


def test_budget_is_kept(door):
    generator = np.random.default_rng(0)
    given = [Shot(jpeg(generator.integers(0, 256, (60, 80, 3)).astype(np.uint8)), START_MS + n * 60_000, n) for n in range(300)]
    assert 0 < len(play(door, given, day_frames=20).kept) <= 20


def test_many_sources_run_side_by_side_and_one_that_fails_stops_no_other(door, monkeypatch):
    monkeypatch.setattr(sampling, "_RETRY_S", (0.01,))
    said, broken = [], Source([*shots(5), SourceError("it broke")])
    pairs = [(Source(shots(30)), intake(door, name="a")), (broken, intake(door, name="b", said=said)),
             (Source(shots(30)), intake(door, name="c"))]
    sampling.run(pairs)
    assert [made.summary.counts["frames"] for _, made in pairs] == [30, 5, 30]
    assert said == ["b: it broke"] and pairs[1][1].summary.counts["interrupted"] == 1
    assert {entry.camera for entry in Index.open(door.path).entries.values()} == {"a", "b", "c"}


def test_stream_that_stops_is_opened_again_and_told_once(door, monkeypatch):
    monkeypatch.setattr(sampling, "_RETRY_S", (0.01,))
    source, said = Source(shots(5), live=True), []
    made = intake(door, live=True, said=said)
    sampling.run([(source, made)], 1, clock=lambda: made.summary.counts["interrupted"] // 3)
    assert source.attempts >= 3 and made.summary.counts["interrupted"] == 3
    assert said == ["front: it stopped"]


def test_surprise_in_one_source_is_a_line_and_no_end_of_the_others(door):
    said = []
    pairs = [(Source([ZeroDivisionError("odd")]), intake(door, name="a", said=said)), (Source(shots(9)), intake(door, name="b"))]
    sampling.run(pairs)
    assert said == ["a: ZeroDivisionError: odd"] and pairs[1][1].summary.counts["frames"] == 9


def test_killed_before_the_index_was_written_the_next_run_completes_it(door):
    made = intake(door)
    for shot in shots(30):
        made.offer(shot)
    assert not Index.open(door.path).entries
    assert intake(door).finish() == len(made.summary.kept) == len(Index.open(door.path).entries)


def test_looker_gives_what_the_policy_is_made_for():
    size, look = Looker([2000, 1000, 8000, 9000]).look(jpeg(picture("open", 0)))
    assert size == (160, 120) and (len(look.small), len(look.hog), len(look.colour)) == (1024, 324, 64)
    with pytest.raises(Blank):
        Looker([0, 0, 10000, 10000]).look(jpeg(np.full((48, 64, 3), 90, np.uint8)))


def test_command_samples_a_folder_and_a_video_with_a_contact_sheet(door, tmp_path):
    (tmp_path / "old").mkdir()
    for n, state in enumerate(["closed"] * 6 + ["open"] * 3):
        write_jpeg(tmp_path / "old" / f"2026-03-01T12000{n}.jpg", picture(state, 0))
    writer = cv2.VideoWriter(str(tmp_path / "week.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 2, (160, 120))
    for n in range(20):
        writer.write(np.ascontiguousarray(picture("open" if n > 12 else "closed", 0)[:, :, ::-1]))
    writer.release()
    words = ["sample", str(tmp_path / "old"), f"video={tmp_path / 'week.avi'}", "--project", str(door.path)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    cameras = {entry.camera for entry in Index.open(door.path).entries.values()}
    assert cameras == {"old", "video"} and (door.path / "sampled.png").is_file()
    assert (door.path / "sampled.html").read_text().count("<figure>") == len(Index.open(door.path).entries)
    again = CliRunner().invoke(cli, [*words, str(tmp_path / "old")])
    assert again.exit_code == 1 and "two sources have the name old" in str(again.exception)

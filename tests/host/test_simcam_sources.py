"""What the virtual camera plays, and its clocks."""

import io
import os

import cv2
import numpy
import pytest
from PIL import Image

from contract.clock import utc_ms
from host_tools.scene import Scene
from host_tools.simcam import FolderSource, RunningClock, SceneSource, SequenceClock, SourceError, StepClock, VideoSource
from host_tools.simcam.camera import choose_clock
from host_tools.simcam.sources import open_source


def save(path, shade, size=(64, 48), exif=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (shade, shade, shade)).save(path, **({"exif": exif} if exif else {}))
    return path


def shade(data):
    return numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB")).mean()


def test_folder_plays_in_name_order_and_serves_its_files_untouched(tmp_path):
    paths = [save(tmp_path / name, 40 * i) for i, name in enumerate(("b/2.jpg", "a/9.jpg", "c.jpg"))]
    source = FolderSource(tmp_path)
    assert [path.name for path in source.paths] == ["9.jpg", "2.jpg", "c.jpg"]
    assert source.jpeg(source.times[1], None, 80) == paths[0].read_bytes()


def test_folder_times_come_from_manifest_exif_name_then_file(tmp_path):
    taken = Image.Exif()
    taken[34665] = {36867: "2026:03:03 03:00:00"}
    save(tmp_path / "a.jpg", 1)
    save(tmp_path / "b_1772416800.jpg", 2)
    save(tmp_path / "c.jpg", 3, exif=taken)
    save(tmp_path / "d-20260304-040000.jpg", 4)
    os.utime(save(tmp_path / "e.png", 5), (1772700000, 1772700000))
    (tmp_path / "manifest.csv").write_text("file,time\na.jpg,2026-03-01T01:00:00Z\n")
    assert FolderSource(tmp_path).times == [
        utc_ms("2026-03-01T01:00:00Z"), 1772416800000, utc_ms("2026-03-03T03:00:00Z"), utc_ms("2026-03-04T04:00:00Z"),
        1772700000000]


def test_folder_times_increase_even_if_the_pictures_clocks_do_not(tmp_path):
    for name in ("a_1772416800.jpg", "b_1772416700.jpg", "c_1772416800.jpg"):
        save(tmp_path / name, 9)
    assert FolderSource(tmp_path).times == [1772416800000, 1772416801000, 1772416802000]


def test_resized_picture_keeps_its_aspect(tmp_path):
    save(tmp_path / "a.jpg", 9, (400, 300))
    source = FolderSource(tmp_path)
    assert Image.open(io.BytesIO(source.jpeg(source.start_ms, (320, 180), 80))).size == (240, 180)


def test_other_formats_become_jpeg_and_damaged_ones_an_error(tmp_path):
    save(tmp_path / "a.png", 120)
    (tmp_path / "b.png").write_bytes(b"not a picture")
    source = FolderSource(tmp_path)
    assert abs(shade(source.jpeg(source.times[0], None, 80)) - 120) < 2
    with pytest.raises(SourceError, match="b.png"):
        source.jpeg(source.times[1], None, 80)


def test_video_shows_the_frame_of_its_time_in_any_order(tmp_path):
    path = tmp_path / "door.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    if not writer.isOpened():
        pytest.skip("this OpenCV cannot write MJPG video")
    for i in range(20):
        writer.write(numpy.full((48, 64, 3), 10 * i, numpy.uint8))
    writer.release()
    source = VideoSource(path, start_ms=1000)
    assert (source.start_ms, source.end_ms) == (1000, 2900)
    for i in (0, 5, 19, 3, 4):
        assert abs(shade(source.jpeg(1000 + 100 * i, None, 95)) - 10 * i) < 3


@pytest.mark.parametrize("name, message", [("nowhere", "neither an installation"), ("empty", "holds no pictures"),
                                           ("text.mp4", "not a video")])
def test_unplayable_sources_are_one_sentence(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.mp4").write_text("hello")
    with pytest.raises(SourceError, match=message):
        open_source(tmp_path / name)


def test_scene_source_serves_the_scene_s_frame_and_truth():
    scene = Scene("yard", 2, (160, 90))
    source = SceneSource(scene)
    time_ms = utc_ms("2026-03-01T12:00:00Z")
    decoded = numpy.asarray(Image.open(io.BytesIO(source.jpeg(time_ms, None, 95)))).astype(int)
    assert abs(decoded - scene.render(time_ms)).mean() < 6
    assert source.truth(time_ms) == scene.truth(time_ms)


def test_step_clock_includes_its_end_and_repeats_it():
    clock = StepClock(1000, 300, 1900)
    assert clock.ahead(10) == [1000, 1300, 1600, 1900]
    assert [clock.tick() for _ in range(5)] == [(1000, False), (1300, False), (1600, False), (1900, False), (1900, True)]


def test_step_clock_resumes_with_another_step():
    clock = StepClock(0, 1000, 0)
    clock.tick()
    clock.resume(500, 250)
    assert [clock.tick()[0] for _ in range(3)] == [250, 500, 500]


def test_sequence_clock_walks_through_its_times():
    clock = SequenceClock([10, 20, 40, 80], start_ms=20, until_ms=40)
    assert [clock.tick() for _ in range(3)] == [(20, False), (40, False), (40, True)]
    clock.resume(None)
    assert [clock.tick() for _ in range(2)] == [(80, False), (80, True)]


def test_running_clock_is_compressed_holds_and_resumes_where_it_held():
    now = [50.0]
    clock = RunningClock(1000, 60, 10_000, lambda: now[0])
    now[0] += 0.1
    assert clock.tick() == (7000, False)
    now[0] += 5
    assert clock.tick() == (10_000, True)
    clock.resume(None)
    now[0] += 0.1
    assert clock.tick() == (16_000, False)


def test_folder_in_lock_step_goes_picture_by_picture(tmp_path):
    for i in range(3):
        save(tmp_path / f"{1772416800 + 100 * i * i}.jpg", 9)
    source = FolderSource(tmp_path)
    clock = choose_clock(source, step_s=1)
    assert [clock.tick()[0] for _ in range(3)] == source.times

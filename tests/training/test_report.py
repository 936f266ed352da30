import re

import pytest
from little_model import write_model
from tiny_door import START_MS, picture, write_jpeg

from training import compare, evaluate, footprint, report
from training.dataset import Frame
from training.progress import Silent


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """(HTML, Evaluation) of a model that misses one opening of two and invents one."""
    folder = tmp_path_factory.mktemp("report")
    frames = []
    for n in range(60):
        true = "open" if n in (20, 21, 22, 40, 41, 42) else "unusable" if n == 59 else "closed"
        shown = "closed" if n in (20, 21, 22) else "open" if n in (50, 51) else true
        write_jpeg(folder / f"<{n}>.jpg", picture(shown, 0))
        frames.append(Frame(folder / f"<{n}>.jpg", true, START_MS + n * 20_000))
    model = write_model(folder / "model.safetensors")
    evaluation = evaluate.evaluate(model, frames, Silent())
    comparison = compare.compare(model, model, frames, Silent())
    report.write(folder / "report.html", "a <door>", evaluation, comparison=comparison)
    return (folder / "report.html").read_text(), evaluation


def test_page_is_one_file_and_escapes_names(page):
    html, _ = page
    assert "a &lt;door&gt;" in html and "&lt;20&gt;.jpg" in html and "<20>" not in html
    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert sources and all(source.startswith(("data:", "#")) for source in sources)


def test_page_begins_with_a_verdict(page):
    html, evaluation = page
    assert evaluation.events["smoothed"]["missed"] == 1 and evaluation.events["smoothed"]["invented"] == 1
    assert '<i class="red"' in html and "Not ready" in html and "1 of 2 openings went unnoticed" in html


def test_wrong_frames_have_a_picture_and_a_map_each(page):
    html, evaluation = page
    assert len(evaluation.wrong) == html.count("<figure>") >= 5
    assert html.count("data:image/jpeg") == 2 * html.count("<figure>")


def test_page_has_every_section(page):
    html, _ = page
    for words in ("Openings", "State by state", "Day and night", "What went wrong", "not sure?",
                  "camera runs now", "costs the camera", "ARM instructions"):
        assert words in html
    assert html.count("<svg") == 3


def test_page_without_times_pictures_or_model(tmp_path):
    class Parsed:
        states = labels = ["closed", "open"]
        smoothing = {"confirm_frames": 2, "unknown_frames": 2, "stale_s": 30}
    scored = [evaluate.Scored(Frame(tmp_path / "none.jpg", "closed"), "open", 3, (0.4, 0.6))]
    report.write(tmp_path / "report.html", "door", evaluate.summarise(scored, Parsed()))
    html = (tmp_path / "report.html").read_text()
    assert "Day and night" not in html and "costs the camera" not in html and "No picture shows" in html


def test_footprint_counts_what_the_file_says(tmp_path):
    model = write_model(tmp_path / "model.safetensors")
    costs = footprint.footprint(model)
    assert costs["bytes"] == model.stat().st_size and costs["input"] == [16, 16, 1]
    assert costs["multiply_adds"] == 2 and costs["instructions"] > 256 and costs["arena"] > 0


def test_one_minute_does_not_fill_the_page_with_its_frames():
    rows = [{"path": f"{n}.jpg", "time_ms": n * 1000} for n in range(50)]
    rows += [{"path": "late.jpg", "time_ms": 70_000}, {"path": "timeless.jpg", "time_ms": None}]
    shown = [row["path"] for row in report.worst(rows, 5)]
    assert shown == ["0.jpg", "late.jpg", "timeless.jpg", "1.jpg", "2.jpg"]

import csv

from tensorboard.backend.event_processing import event_accumulator

from training.history import History


def _rows(directory):
    with open(directory / "metrics.csv", newline="") as file:
        return list(csv.DictReader(file))


def _scalars(directory):
    events = event_accumulator.EventAccumulator(str(directory)).Reload()
    return {tag: [(event.step, round(event.value, 4)) for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def test_rows_are_in_the_table_and_on_tensorboard(tmp_path):
    history = History(tmp_path)
    history.record("teacher", 0, held_out_loss=0.5, held_out_accuracy=0.75)
    history.record("student", 100, train_loss=0.25, held_out_loss=0.5, held_out_accuracy=1.0)
    history.note("configuration", '{\n "seed": 1\n}')
    history.close()
    assert [(row["stage"], row["step"], row["held_out_loss"]) for row in _rows(tmp_path)] == [
        ("teacher", "0", "0.500000"), ("student", "100", "0.500000")]
    found = _scalars(tmp_path)
    assert found["held_out_loss/student"] == [(100, 0.5)] and found["held_out_accuracy/teacher"] == [(0, 0.75)]
    assert len(found) == 5


def test_resumed_run_keeps_rows_and_events_and_another_run_does_not(tmp_path):
    first = History(tmp_path)
    first.record("teacher", 0, held_out_loss=0.5)  # killed: nobody closes it
    second = History(tmp_path)
    second.keep("teacher")
    second.record("student", 0, held_out_loss=0.5)
    second.close()
    assert [row["stage"] for row in _rows(tmp_path)] == ["teacher", "student"]
    assert set(_scalars(tmp_path)) == {"held_out_loss/teacher", "held_out_loss/student"}
    other = History(tmp_path)
    other.forget()
    other.record("teacher", 0, held_out_loss=0.25)
    other.close()
    assert _scalars(tmp_path) == {"held_out_loss/teacher": [(0, 0.25)]}
    assert len(list(tmp_path.glob("events.*"))) == 1

from expect import raises

from camera_firmware.exposition import COUNTER, GAUGE, decimal, escaped, family, histogram, one_of
from camera_firmware.metrics import BUCKETS, CAUSES, COUNTERS, Histogram, Metrics


def test_family_has_its_help_its_type_and_its_samples():
    assert family("a_total", COUNTER, "What is counted", (3,)) == "# HELP a_total What is counted.\n# TYPE a_total counter\na_total 3\n"
    labelled = family("b", GAUGE, "Twice", (1, "door", "left"), (0, "door", "right", "floor", "2"))
    assert labelled.split("\n")[2:] == ['b{door="left"} 1', 'b{door="right",floor="2"} 0', ""]


def test_what_is_not_known_is_not_told():
    assert family("a", GAUGE, "Nothing", (None,)) == "" and family("a", GAUGE, "Nothing") == ""
    assert family("a", GAUGE, "One", (None, "x", "1"), (0, "x", "2")).split("\n")[2:] == ['a{x="2"} 0', ""]


def test_labels_and_helps_are_escaped():
    assert escaped('a\\b"c\nd') == 'a\\\\b\\"c\\nd'
    text = family("a", GAUGE, "back\\slash\nline", (1, "x", '"}\n# TYPE evil counter'))
    assert text.count("\n") == 3 and text.startswith("# HELP a back\\\\slash\\nline.\n")
    assert text.endswith('a{x="\\"}\\n# TYPE evil counter"} 1\n')


def test_exactly_one_of_a_set_is_1():
    text = one_of("state", "Which", "state", ("closed", "open", "unknown"), "open")
    assert [line[-1] for line in text.split("\n")[2:5]] == ["0", "1", "0"]
    assert "1\n" not in one_of("trouble", "Which", "reason", ("moved", "covered"), None)


def test_decimals_are_exact_whatever_the_interpreters_floats_can_do():
    assert [decimal(value, 3) for value in (0, 7, 999, 1000, 1772360430500, -1, -5200, None)] \
        == ["0.000", "0.007", "0.999", "1.000", "1772360430.500", "-0.001", "-5.200", None]


def test_histogram_is_cumulative_and_ends_with_all():
    of = Histogram()
    for microseconds in (0, 1000, 1001, 5000000, 5000001, 70000000):
        of.add(microseconds)
    assert of.counts == [2, 1] + [0] * 9 + [1, 2] and (of.seconds, of.microseconds) == (80, 2002)
    lines = histogram("x_seconds", "Times", (of, "stage", "all")).split("\n")
    assert lines[:3] == ["# HELP x_seconds Times.", "# TYPE x_seconds histogram", 'x_seconds_bucket{stage="all",le="0.001"} 2']
    assert lines[2 + len(BUCKETS) - 1:] == [
        'x_seconds_bucket{stage="all",le="5.0"} 4', 'x_seconds_bucket{stage="all",le="+Inf"} 6',
        'x_seconds_sum{stage="all"} 80.002002', 'x_seconds_count{stage="all"} 6', ""]


def test_buckets_rise_and_are_named_after_their_ends():
    ends = [bucket[0] for bucket in BUCKETS]
    assert ends == sorted(set(ends)) and [round(1000000 * float(name)) for _, name in BUCKETS] == ends


def test_a_frame_is_in_every_figure_that_knows_it():
    metrics = Metrics()
    metrics.took(12345, 9000, 1500)
    metrics.took(700, 0, 0)  # nothing was decoded
    assert metrics.percentile_ms(100) == 12 and metrics.percentile_ms(0) == 0
    assert [sum(of.counts) for of in (metrics.total, metrics.decode, metrics.network)] == [2, 1, 1]


def test_every_failure_of_the_source_has_a_cause_and_is_counted_once():
    metrics = Metrics()
    for cause in CAUSES:
        metrics.source_failed(cause)
    assert metrics.value("source_errors") == len(CAUSES) == sum([metrics.failures(cause) for cause in CAUSES])
    raises(KeyError, metrics.count, "no such counter")


def test_json_has_every_counter_under_its_name():
    snapshot = Metrics().snapshot()
    assert sorted(snapshot) == sorted([name for name, _ in COUNTERS] + ["latency_ms_p50", "latency_ms_p95", "motion"])

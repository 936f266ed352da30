from contract import decision, preprocess, sample
from contract.clock import utc_ms, utc_text
from contract.errors import DoorlensError


def raises(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return error
    raise AssertionError("nothing raised")


def test_time_survives_text_and_back_over_leap_years():
    for ms in (0, 951782399999, 951782400000, 1709164800000, 1709251199999, 4107542400000, 1772360430500):
        assert utc_ms(utc_text(ms)) == ms
    assert utc_text(951782400000) == "2000-02-29T00:00:00.000Z"
    assert utc_text(1772360430500) == "2026-03-01T10:20:30.500Z"


def test_time_without_zone_is_refused():
    raises(ValueError, utc_ms, "2026-03-01T10:20:30")
    raises(ValueError, utc_ms, "yesterday")


def test_plan_takes_the_coarsest_scale_that_keeps_the_inputs_resolution():
    whole = [0, 0, 10000, 10000]
    assert preprocess.plan(1920, 1080, whole, 64, 64).denominator == 8
    assert preprocess.plan(640, 360, whole, 64, 64).denominator == 4
    assert preprocess.plan(640, 360, whole, 64, 64).rectangle == (0, 0, 160, 90)
    assert preprocess.plan(32, 32, whole, 64, 64).denominator == 1


def test_plan_stays_inside_odd_frames():
    for width in (1, 7, 641, 1919):
        for height in (1, 9, 359):
            for region in ([0, 0, 10000, 10000], [9999, 9999, 10000, 10000], [3333, 1, 6667, 9999]):
                plan = preprocess.plan(width, height, region, 64, 64)
                x, y, w, h = plan.rectangle
                scaled = ((width + plan.denominator - 1) // plan.denominator, (height + plan.denominator - 1) // plan.denominator)
                assert w >= 1 and h >= 1 and x + w <= scaled[0] and y + h <= scaled[1]


def test_region_outside_the_frame_is_refused():
    for region in ([0, 0, 10001, 10], [5, 0, 5, 10], [0, 0, 10], [0.0, 0, 1, 1]):
        raises(ValueError, preprocess.check_region, region)


class FakeModel:
    labels = ["closed", "open", "unusable"]
    min_margin = 10
    output_scale = 0.1


def test_verdict_is_the_largest_logit_if_it_leads():
    assert decision.verdict(bytes([0x80, 0x7F, 0]), FakeModel) == "open"  # -128, 127, 0
    assert decision.verdict(bytes([0xF6, 0xEC, 0xE2]), FakeModel) == "closed"  # -10, -20, -30


def test_verdict_is_unknown_below_the_margin_and_for_unusable():
    assert decision.verdict(bytes([5, 14, 0x80]), FakeModel) == "unknown"
    assert decision.verdict(bytes([0, 0, 100]), FakeModel) == "unknown"


def test_probabilities_sum_to_one():
    logits = bytes([10, 0xF0, 3])
    total = sum(decision.probability(logits, i, FakeModel) for i in range(3))
    assert abs(total - 1) < 1e-9


def test_sidecar_checks_itself():
    record = sample.sidecar(0xBADCAFE, 7, "front", 1772360430500, "periodic", 640, 360, 31000)
    assert record["id"] == "0badcafe-00000007"
    assert sample.time_ms(sample.check(record)) == 1772360430500


def test_unknown_time_stays_unknown():
    record = sample.sidecar(1, 1, "front", None, "periodic", 640, 360, 31000)
    assert record["time"] == "unknown" and sample.time_ms(record) is None


def test_malformed_sidecars_are_refused():
    good = sample.sidecar(1, 1, "front", None, "periodic", 640, 360, 31000)
    for key, value in (("schema", 3), ("id", "../../etc/passwd"), ("time", "noon"), ("time", 5), ("value", -1),
                       ("value", 256), ("value", True), ("value", None), ("evaluation", 1), ("features", 5),
                       ("features", "A" * 2049)):
        bad = dict(good)
        bad[key] = value
        raises(DoorlensError, sample.check, bad)
    for key in good:
        bad = dict(good)
        del bad[key]
        raises(DoorlensError, sample.check, bad)
    raises(DoorlensError, sample.check, [])


def test_sidecar_of_schema_1_is_still_read():
    old = sample.sidecar(1, 1, "front", 1772360430500, "change", 640, 360, 31000, "open", 0.9, 3)
    now = dict(old)
    for key in ("value", "evaluation", "features"):
        del old[key]
    old["schema"] = 1
    assert sample.check(old) == now and "value" not in old


def test_sidecar_says_what_the_frame_is_worth():
    record = sample.check(sample.sidecar(1, 1, "front", None, "flip", 640, 360, 31000, value=255, evaluation=True,
                                         features="AAEC"))
    assert (record["schema"], record["value"], record["evaluation"], record["features"]) == (2, 255, True, "AAEC")
    assert sample.sidecar(1, 1, "front", None, "first", 640, 360, 31000)["evaluation"] is False

"""An evaluation in plain words: a traffic light, two or three sentences, and what to do.

What no mistake proves: the rule of three, Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?",
Journal of the American Medical Association 249 (1983).
"""

from dataclasses import dataclass

from contract.decision import UNUSABLE

# A light is what its worst figure allows. Balanced accuracy: below 0.92 a person would soon switch the alarm off;
# 0.98 is what the product promises of an easy door.
_GOOD, _USABLE = 0.98, 0.92
_WEAK_STATE = 0.85      # a state that is recognised less often is not recognised
_MISSED = 0.1           # share of openings
_INVENTED_A_DAY = 1.0
_UNCALIBRATED = 0.05    # expected calibration error
_FEW = 20               # held-out frames of a state on which nothing can be promised
_GAP = 0.03             # between day and night
_LIGHTS = ("green", "amber", "red")
_WORDS = {"green": "Ready to use", "amber": "Usable, with care", "red": "Not ready"}


@dataclass
class Verdict:
    """light: "green", "amber" or "red"; word: the same in words; text: sentences; advice: sentences, what to do."""

    light: str
    word: str
    text: str
    advice: list


def judge(evaluation, seen=0, comparison=None):
    """Evaluation -> Verdict.

    seen: how many of its frames the network learnt from, None: unknown; comparison: training.compare.Comparison.
    """
    found = [*_frames(evaluation, seen), *_openings(evaluation), *_halves(evaluation), *_comparison(comparison)]
    light = _LIGHTS[max((level for level, _ in found), default=0)]
    order = sorted(found, key=lambda item: -item[0])
    return Verdict(light, _WORDS[light], " ".join(_sentences(evaluation, seen)), [text for _, text in order if text])


def published(events):
    """The counts after the smoother if they are known, else those of single frames."""
    return events.get("smoothed") or events


def percent(share):
    """0.98765 -> "98.8 %", never rounded up to all."""
    return "100 %" if share == 1 else f"{min(99.9, round(100 * share, 1)):.1f} %"


def _sentences(evaluation, seen):
    states = {label: row for label, row in evaluation.confusion.items() if label != UNUSABLE}
    total = sum(sum(row.values()) for row in states.values())
    right = sum(row[label] for label, row in states.items())
    kind = "pictures it had never seen" if seen == 0 else "pictures"
    if total:
        yield f"The camera said what is true on {right} of {total} {kind} ({percent(right / total)})."
    low, high = evaluation.interval or (1, 1)
    if low < 1 and not seen:
        yield (f"With every state counting the same that is {percent(evaluation.balanced_accuracy)}; on other days "
               f"expect between {percent(low)} and {percent(high)}.")
    counts = published(evaluation.events) if evaluation.events else None
    if counts and counts["openings"]:
        yield _opening_sentence(counts)
        if low == 1 and not seen and not counts["missed"] and counts["openings"] >= 3:
            yield (f"Without a mistake nobody can say how rare mistakes are; after {counts['openings']} openings, one in "
                   f"{counts['openings'] // 3} could still be missed.")


def _opening_sentence(counts):
    if counts["missed"]:
        text = f"It found {counts['found']} of {counts['openings']} openings"
    else:
        text = "It found the one opening" if counts["openings"] == 1 else f"It found all {counts['openings']} openings"
    text += f" and invented {counts['invented'] or 'none'}"
    if counts["delay_s"]:
        slow = counts["delay_s"]["p90"]
        text += ", nearly always in the first picture" if slow == 0 else f", nine in ten within {slow:.0f} seconds"
    return text + "."


def _frames(evaluation, seen):
    if seen:
        yield 1, (f"{seen} of the pictures were used for training, which flatters the figures. Measure on days it "
                  "never saw: doorlens evaluate --since DATE.")
    if evaluation.balanced_accuracy is None:
        lacking = [state for state, row in evaluation.by_state.items() if not row["frames"]]
        yield 2, f'No picture shows "{", ".join(lacking)}", so nothing is known about it. Label some, on other days.'
        return
    weak = [state for state, row in evaluation.by_state.items() if row["recall"] < _WEAK_STATE]
    for state in weak:
        yield 2, (f'"{state}" is recognised in only {percent(evaluation.by_state[state]["recall"])} of its pictures. '
                  "Look at the pictures below and label more like them.")
    if evaluation.balanced_accuracy < _GOOD:
        yield (1 if evaluation.balanced_accuracy >= _USABLE else 2), (
            None if weak else "Label more pictures of the kind that went wrong, then train again.")
    few = [f'{row["frames"]} of "{state}"' for state, row in evaluation.by_state.items() if row["frames"] < _FEW]
    if few:
        yield 1, f"There are only {' and '.join(few)} to measure on; label more, on other days."
    if evaluation.ece is not None and evaluation.ece > _UNCALIBRATED:
        yield 1, f"How sure it says it is is off by {percent(evaluation.ece)} on average."


def _openings(evaluation):
    if not evaluation.events:
        return
    counts = published(evaluation.events)
    if counts["missed"]:
        yield (2 if counts["missed"] > _MISSED * counts["openings"] else 1), (
            f"{counts['missed']} of {counts['openings']} openings went unnoticed; the pictures below show why.")
    if counts["invented"]:
        many = counts["invented"] > _INVENTED_A_DAY * len(counts["days"])
        yield (2 if many else 1), f"{counts['invented']} openings were reported that did not happen."


def _halves(evaluation):
    day, night = evaluation.day.get("balanced_accuracy"), evaluation.night.get("balanced_accuracy")
    if day is not None and night is not None and abs(day - night) > _GAP:
        worse = "night (18-06 UTC)" if night < day else "day (06-18 UTC)"
        yield 1, f"It is weaker by {worse}: label more pictures of these hours."


def _comparison(comparison):
    if comparison is not None and comparison.verdict == "worse":
        yield 2, "It is worse than the model that the camera runs now; keep that one."

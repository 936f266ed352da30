"""How the window helps to label: groups, ranges, suggestions, filters, notes, a second opinion."""

from annotation_projects import STATES, make_project
from desks import sit_down  # noqa: F401  a fixture

from annotation.groups import write as write_groups
from annotation.suggestions import Suggestion
from annotation.suggestions import write as write_suggestions
from annotation.views import Views


def test_suggestion_is_shown_with_its_confidence_and_taken_by_space(sit_down, tmp_path):
    index = make_project(tmp_path, 4, pictures=True)
    write_suggestions(tmp_path, {path: Suggestion("open", 0.97) for path in list(index.entries)[:3]})
    desk = sit_down()
    assert desk.items("suggestion")[1] == "suggested: open 97 %"
    desk.press("space space", lambda: desk.session.position == 2)
    assert desk.on_disk()[:2] == ["open", "open"]
    desk.press("Right space", lambda: "no suggestion" in desk.message())


def test_predictions_of_a_model_appear_by_themselves(sit_down):
    desk = sit_down(views=Views(score=lambda path: ("closed", 0.8)))
    desk.until(lambda: desk.items("suggestion") and desk.items("suggestion")[1] == "suggested: closed 80 %")


def test_shift_labels_all_since_the_last_label_and_undo_takes_them_back_together(sit_down):
    desk = sit_down()
    desk.press("o Right Right Right", lambda: desk.session.position == 4)
    desk.press("shift+c", lambda: desk.message() == "frame 5 and 3 more: closed")
    assert desk.on_disk() == ["open", "closed", "closed", "closed", "closed", None]
    desk.press("z", lambda: desk.on_disk()[1] is None)
    assert desk.on_disk() == ["open"] + [None] * 5
    desk.press("ctrl+y", lambda: desk.on_disk()[1] == "closed")


def test_what_shift_would_do_is_shown_and_never_reaches_frames_between_those_of_another_order(sit_down, tmp_path):
    paths = list(make_project(tmp_path, 8, pictures=True).entries)
    write_groups(tmp_path, [[paths[0], paths[5], paths[6]]])
    desk = sit_down()
    assert desk.items("more")[1] == "Shift: 3 alike"
    desk.press("shift+o Right Right", lambda: desk.session.position == 3)
    assert desk.items("more")[1] == "Shift: 3 since the last label"
    desk.press("ctrl+o", lambda: desk.session.order == "uncertainty")
    assert not desk.items("more")
    desk.press("shift+c", lambda: desk.message() == "frame 4: closed")
    assert desk.on_disk() == ["open", None, None, "closed", None, "open", "open", None]


def test_filter_and_order_by_keys(sit_down):
    desk = sit_down()
    desk.press("o c o", lambda: desk.session.position == 3)
    ask = desk.window.layout.ask
    desk.press("ctrl+f", lambda: desk.root.focus_get() is ask.entry)
    desk.xdotool("type", "open")
    desk.press("Return", lambda: len(desk.session.paths) == 2)
    assert desk.window.layout.heading.number.cget("text").endswith("of 2")
    desk.press("ctrl+f", lambda: ask.entry.get() == "open" and desk.root.focus_get() is ask.entry)
    desk.xdotool("type", "camera=nowhere")
    desk.press("Return", lambda: "No frame is like that" in desk.message())
    desk.press("ctrl+o", lambda: desk.session.order == "uncertainty")


def test_note_is_typed_and_kept(sit_down):
    desk = sit_down()
    desk.press("ctrl+n", lambda: desk.root.focus_get() is desk.window.layout.ask.entry)
    desk.xdotool("type", "fog")
    desk.press("Return", lambda: desk.session.entry.note == "fog")
    assert desk.session.position == 0


def test_suggestions_are_learned_while_labelling(sit_down, tmp_path):
    import subprocess
    index = make_project(tmp_path, 40, pictures=True)
    paths = list(index.entries)

    def prepare():
        write_suggestions(tmp_path, {paths[30]: Suggestion("open", 0.9)})
        return subprocess.Popen(["true"])
    desk = sit_down(views=Views(prepare=prepare))
    desk.press(" ".join("c" * 24), lambda: desk.session.position == 24)
    assert desk.session.suggestions.get(paths[30]) is None
    desk.press("c", lambda: desk.session.suggestions.get(paths[30]))


def test_all_sure_suggestions_are_accepted_at_once(sit_down, tmp_path):
    index = make_project(tmp_path, 6, pictures=True)
    sure = dict(zip(index.entries, (0.999, 0.5, 0.995, 1.0)))
    write_suggestions(tmp_path, {path: Suggestion("open", share) for path, share in sure.items()})
    desk = sit_down()
    desk.press("ctrl+a", lambda: desk.root.focus_get() is desk.window.layout.ask.entry)
    hint = desk.window.layout.ask._hint
    assert desk.window.layout.ask.entry.get() == "95" and "labels 3 frames" in hint.cget("text")
    desk.press("4 0", lambda: "labels 4 frames" in hint.cget("text"))
    desk.press("x", lambda: "no percentage" in hint.cget("text"))
    desk.press("BackSpace BackSpace BackSpace 9 9 Return", lambda: desk.message() == "3 frames labelled as suggested")
    assert desk.on_disk() == ["open", None, "open", "open", None, None]
    desk.press("ctrl+a", lambda: desk.root.focus_get() is desk.window.layout.ask.entry)
    assert desk.window.layout.ask.entry.get() == "99"


def test_second_opinion_is_blind(sit_down, tmp_path, display):
    from annotation.index import Index
    from annotation.opinion import SecondOpinion
    desk = sit_down()
    desk.press("o o o", lambda: desk.session.position == 3)
    blind = sit_down(annotator="bob", session=SecondOpinion(Index.open(tmp_path, STATES), "bob", 3))
    assert blind.badge() == "no label"
    assert "ada" not in blind.window.layout.footing._who.cget("text")
    assert blind.session.counts()[0]["open"] == 0
    blind.root.focus_force()
    blind.until(lambda: blind.root.focus_get())
    blind.press("c c c", lambda: blind.session.counts()[0]["closed"] == 3)
    assert desk.on_disk()[:3] == ["open"] * 3
    assert blind.message() == "Every frame has your opinion: 3 frames, 0.0 % agree, Cohen's kappa 0.000."

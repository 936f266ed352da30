import json

import msgspec
import pytest
import torch
from torch.nn import functional

from training import comparison, pareto, search
from training import config as configuration
from training.config import Config
from training.errors import TrainingError
from training.material import Material

SMALL = pareto.Limits(instructions=500_000)


class Bright:
    """Data of twenty frames of which the bright ones are open; inputs of any size."""

    soft = None

    def __init__(self):
        self.asked = []
        target = torch.arange(20) % 2
        wide = (torch.rand(20, 40, 40, 3, generator=torch.Generator().manual_seed(2)) * 60 + 20
                + 140 * target.view(-1, 1, 1, 1)).to(torch.uint8)
        self._whole = Material(wide, wide, target, ["closed", "open", "unusable"], torch.arange(14), torch.arange(14, 20), 0.12)

    def unseen(self, side, channels):
        found = self.material(side, channels)
        self.asked.pop()
        return found.exact[14:], found.target[14:]

    def material(self, side, channels):
        self.asked.append((side, channels))
        x = functional.interpolate(self._whole.wide.permute(0, 3, 1, 2).float(), (side, side))[:, :channels]
        exact = x.round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()
        return Material(exact, *[getattr(self._whole, name) for name in ("wide", "target", "labels", "train", "held_out", "margin")])


@pytest.fixture(scope="module")
def config():
    return msgspec.structs.replace(Config(), student=msgspec.structs.replace(Config().student, batch=4))


@pytest.fixture(scope="module")
def whole(config, tmp_path_factory, few_at_random):
    data = Bright()
    return pareto.search(data, config, tmp_path_factory.mktemp("search"), 5, 2, SMALL), data.asked


@pytest.fixture(autouse=True, scope="module")
def few_at_random():
    """So that the estimator has a say in searches of five."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pareto, "_DRAWN", 2)
        yield


def test_search_that_was_interrupted_goes_on_as_if_it_had_not_been(config, whole, tmp_path):
    data = Bright()
    assert pareto.search(data, config, tmp_path, 3, 2, SMALL) == whole[0][:3]
    assert pareto.search(data, config, tmp_path, 5, 2, SMALL) == whole[0]
    asked = len(data.asked)
    pareto.search(data, config, tmp_path, 5, 2, SMALL)
    assert len(data.asked) == asked


def test_search_begins_with_the_default_network(config, whole):
    assert whole[0][0].choices == pareto.FIRST
    assert pareto.settings_of(pareto.FIRST, config.student) == config.student


def test_costly_networks_are_not_trained(whole):
    tried, asked = whole
    dear = [one for one in tried if one.instructions > SMALL.instructions]
    assert dear and all(one.balanced_accuracy is None and one.loss is None for one in dear)
    assert len(asked) == sum(one.balanced_accuracy is not None for one in tried) > 0


def made(instructions, accuracy):
    return pareto.Tried(pareto.FIRST, instructions, 1, accuracy, 0.1)


def test_front_holds_what_is_not_beaten_in_both():
    tried = [made(50, 0.9), made(20, 0.8), made(30, 0.7), made(60, 0.9), made(90, None), made(70, 0.903), made(20, 0.75)]
    assert [(one.instructions, one.balanced_accuracy) for one in pareto.front(tried)] == [(20, 0.8), (50, 0.9), (70, 0.903)]
    assert pareto.suggestion(tried).instructions == 50
    with pytest.raises(TrainingError, match="cheap enough"):
        pareto.suggestion([made(90, None)])


def test_search_writes_what_it_found_and_compares_pruning(config, tmp_path):
    data = Bright()
    chosen = search.search(data, tmp_path, config, 1, 2)
    found = json.loads((tmp_path / "search.json").read_text())
    assert len(found["tried"]) == 1 and found["suggested"]["instructions"] == chosen.instructions
    assert (tmp_path / "pareto.svg").read_text().startswith("<?xml")
    costs = {(row["way"], row["share"]): row["instructions"] for row in found["pruning"]}
    assert costs["pruned", 0.5] == costs["direct", 0.5] < costs["pruned", 0.25] < costs["whole", 0]
    student = configuration.load(tmp_path / "suggested.toml").student
    assert (student.width, student.family, student.blocks) == (64, "separable", Config().student.blocks)
    table = [(row["name"], row["widths"]) for row in found["table"]]
    assert table == [("default", [8, 16, 32, 32, 64]), ("search, suggested", [8, 16, 32, 32, 64]),
                     ("pruned, 25% of the channels", [8, 16, 24, 24, 48]),
                     ("the same channels from the start", [8, 16, 24, 24, 48]),
                     ("pruned, 50% of the channels", [8, 8, 16, 16, 32]),
                     ("the same channels from the start", [8, 8, 16, 16, 32])]
    lines = (tmp_path / "table.md").read_text().splitlines()
    assert len(lines) == 2 + len(table) and all(line.count("|") == lines[0].count("|") for line in lines)
    assert "unseen day" in lines[0] and f"{chosen.instructions:,}" in lines[2]
    asked, written = len(data.asked), (tmp_path / "search.json").read_bytes()
    search.search(data, tmp_path, config, 1, 2)
    assert len(data.asked) == asked and (tmp_path / "search.json").read_bytes() == written


def test_search_that_shall_be_over_stops_after_the_first_network(config, tmp_path):
    assert len(pareto.search(Bright(), config, tmp_path, 5, 2, SMALL, over=lambda: True)) == 1


def test_table_leaves_out_columns_that_nothing_is_known_of():
    titles, lines = comparison.cells(comparison.rows([made(50, 0.9), made(20, 0.8)], []))
    assert not any("unseen" in title for title in titles)
    assert [line[0] for line in lines] == ["default", "search", "search, suggested"]


def test_table_is_put_between_the_marks_of_the_page(tmp_path):
    page, picture = tmp_path / "page.md", tmp_path / "page.png"
    page.write_text("above\n<!-- search -->\nold\n<!-- /search -->\nbelow\n")
    with pytest.raises(TrainingError, match="no finished search"):
        search.into_docs(tmp_path, page, picture)
    (tmp_path / "table.md").write_text("| new |\n")
    (tmp_path / "pareto.png").write_bytes(b"png")
    search.into_docs(tmp_path, page, picture)
    assert page.read_text() == "above\n<!-- search -->\n| new |\n<!-- /search -->\nbelow\n"
    assert picture.read_bytes() == b"png"
    page.write_text("no marks")
    with pytest.raises(TrainingError, match="no lines"):
        search.into_docs(tmp_path, page, picture)

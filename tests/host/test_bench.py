"""What the benchmarks measure is what their documentation says, and the README's table is what they found."""

import hashlib
import io

import numpy
import PIL.Image
import pytest

from bench import jpeg_symbols, networks, pictures, results, table
from bench.benchmarks import Benchmark, Measured
from bench.count import ROOT
from bench.errors import BenchError
from bench.work import _middle
from contract.preprocess import plan


@pytest.fixture(scope="module")
def full_hd():
    return pictures.jpeg(1920, 1080)


def grey_jpeg(width, height, **options):
    out = io.BytesIO()
    PIL.Image.new("RGB", (width, height), (90, 90, 90)).save(out, "JPEG", **options)
    return out.getvalue()


def test_picture_is_the_same_everywhere(full_hd):
    assert hashlib.sha256(full_hd).hexdigest() == "902ed2e40baa2852f3a91354d130f53c67d9fb3835a4c5d2008626a674289317"


def test_picture_costs_what_the_reference_photograph_costs(full_hd):
    assert len(full_hd) == pytest.approx(411_676, rel=0.01)
    assert jpeg_symbols.symbols(full_hd) == pytest.approx(581_587, rel=0.01)


@pytest.mark.parametrize("subsampling, blocks", [("4:2:0", 6), ("4:2:2", 8), ("4:4:4", 12)])
def test_flat_picture_has_two_symbols_a_block(subsampling, blocks):
    assert jpeg_symbols.symbols(grey_jpeg(16, 16, subsampling=subsampling)) == 2 * blocks


def test_region_is_480_pixels_in_the_middle():
    chosen = plan(1920, 1080, _middle(1920, 1080), 64, 64)
    assert (chosen.denominator, chosen.rectangle) == (4, (180, 75, 120, 120))


@pytest.mark.parametrize("layers, side, channels, multiply_adds", [
    (networks.DOOR, 64, 1, 931_968), (networks.VWW, 96, 3, 7_489_664)])
def test_networks_have_the_published_size(layers, side, channels, multiply_adds):
    picture = pictures.rgb(side, side)[:, :, :channels]
    assert networks.build(layers, picture).multiply_adds == multiply_adds


@pytest.mark.parametrize("uniform", [False, True])
def test_activations_keep_their_spread(monkeypatch, uniform):
    seen, layer = [], networks._layer
    monkeypatch.setattr(networks, "_layer", lambda *arguments: seen.append(layer(*arguments)) or seen[-1])
    networks.build(networks.DOOR, pictures.rgb(64, 64)[:, :, :1], uniform)
    for made, values in seen[:-2]:
        assert (values == 127).mean() < 0.1 and (values == made.low).mean() < 0.6
        assert len(numpy.unique(values)) > 100


def test_bell_shaped_weights_reach_127_in_every_channel():
    network = networks.build(networks.DOOR, pictures.rgb(64, 64)[:, :, :1])
    for layer in network.layers:
        if layer.op == networks.POINTWISE:
            assert (abs(layer.weights).max(axis=1) == 127).all()


def measured(instructions, **output):
    return Measured(instructions + 9, {"instructions": instructions}, output)


def benchmark(**options):
    return Benchmark("door_int8", "door network", [], [], "XNNPACK", **{"must": 500, "reach": 420, **options})


def test_disagreeing_logits_are_refused():
    with pytest.raises(BenchError, match="XNNPACK"):
        benchmark()._compare(measured(1, logits=[5, 9]), measured(2, logits=[5, 9]), [measured(3, logits=[5, 12])])
    with pytest.raises(BenchError, match="portable C"):
        benchmark()._compare(measured(1, logits=[5, 9]), measured(2, logits=[5, 8]), [])
    with pytest.raises(BenchError, match="should be"):
        benchmark(logits=[5, 8])._compare(measured(1, logits=[5, 9]), measured(2, logits=[5, 9]), [])


def test_disagreeing_pixels_are_refused():
    with pytest.raises(BenchError, match="libjpeg"):
        Benchmark("jpeg", "", [], [], "libjpeg-turbo")._compare(
            measured(1, pixels=["a"]), measured(1, pixels=["a"]), [measured(1, pixels=["b"])])


def test_entry_sums_the_peers_and_asks_for_a_third_of_them_where_nothing_else_is_asked():
    found = {"ours": measured(100), "ours_c": measured(300), "peers": [measured(500), measured(40)]}
    entry = results.entry(benchmark(must=None, reach=None), {"cortex-a9": found, "cortex-a7": found})
    assert [entry[key] for key in ("ours", "ours_c", "peer", "peer_name", "must", "reach")] == [
        100, 300, 540, "XNNPACK", 180, None]
    assert entry["detail"]["cortex-a7"]["peers"] == [{"instructions": 500}, {"instructions": 40}]


def test_readme_is_rewritten_between_the_marks_only(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"above\n{table.BEGIN}\nold\n{table.END}\nbelow\n")
    found = {"ours": measured(100), "ours_c": measured(300), "peers": [measured(400)]}
    table.rewrite(readme, {"door_int8": results.entry(benchmark(), {"cortex-a9": found})})
    text = readme.read_text()
    assert text.startswith(f"above\n{table.BEGIN}\n| ") and text.endswith(f"\n{table.END}\nbelow\n") and "old" not in text
    assert "| door network | 100 | 300 | 400 (XNNPACK) | 0.25 |" in table.block(text)


def test_readme_without_marks_is_left_alone(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("text")
    with pytest.raises(BenchError, match="README.md lacks"):
        table.rewrite(readme, {})


def test_readme_carries_the_last_results():
    found = results.read()
    if found is None:
        pytest.skip("there are no results: run `make bench`")
    carried = table.block((ROOT / "README.md").read_text())
    assert carried == table.markdown(found), "run `.venv/bin/python -m bench --readme`"

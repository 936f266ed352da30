import pytest

from training import config
from training.errors import TrainingError


def test_default_toml_says_what_the_code_does():
    assert config.load("default") == config.Config()


@pytest.mark.parametrize("name", ["demo", "quick"])
def test_shipped_configurations_load(name):
    assert config.load(name) != config.Config()


@pytest.mark.parametrize("text, key", [("[student]\nwidht = 64\n", "widht"), ("sead = 1\n", "sead"),
                                       ("[augment]\nmirror = 0.5\n", "mirror")])
def test_unknown_key_fails_and_is_named(tmp_path, text, key):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=key) as caught:
        config.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["[student]\nwidth = \"wide\"\n", "[student\n", "seed = 1.5\n"])
def test_malformed_configuration_is_one_sentence(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match="own.toml"):
        config.load(path)


def test_missing_configuration_is_named(tmp_path):
    with pytest.raises(TrainingError, match="none.toml"):
        config.load(tmp_path / "none.toml")


@pytest.mark.parametrize("text, key", [("[data]\nheld_out = 0.9\n", "held_out"), ("[student]\nsteps = 0\n", "steps"),
                                       ("[student]\nchannels = 2\n", "channels"), ("[student]\nwidth = 4\n", "width"),
                                       ("[smoothing]\nconfirm_frames = 0\n", "confirm_frames"),
                                       ("[student]\nblocks = [[16, 3]]\n", "blocks")])
def test_value_out_of_range_is_named(tmp_path, text, key):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=key):
        config.load(path)

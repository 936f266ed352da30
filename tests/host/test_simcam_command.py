"""The command line of the virtual camera."""

import pytest
from click.testing import CliRunner

from contract.errors import DoorlensError
from host_tools.commands.simcam import command, status_line
from host_tools.simcam import SimulatedCamera


def test_help_shows_examples_and_faults():
    text = CliRunner().invoke(command, ["--help"]).output
    assert "doorlens simcam lobby --port 8080" in text and "half-frame" in text


@pytest.mark.parametrize("arguments, message", [
    (["lobby", "--speed", "2", "--step", "3"], "exclude each other"), (["lobby", "--start", "yesterday"], "2026-03-01"),
    (["lobby", "--size", "big"], "640x360"), (["lobby", "--fault", "gremlins"], "half-frame"),
    (["lobby", "--speed", "0"], "--speed")])
def test_wrong_options_are_explained(arguments, message):
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2 and message in result.output


@pytest.mark.parametrize("arguments", [["nowhere"], ["lobby", "--size", "33x33"]])
def test_unusable_sources_are_doorlens_errors(arguments):
    result = CliRunner().invoke(command, arguments)
    assert isinstance(result.exception, DoorlensError)


def test_status_line_tells_time_state_and_frames():
    camera = SimulatedCamera("yard", size=(64, 36), fault="500", start_ms=0)
    assert status_line(camera).startswith("waiting for a client | 0 frames | fault 500")
    camera._frames.count(3_600_000)
    assert status_line(camera).startswith("1970-01-01T01:00:00Z | ")
    assert "1 frames" in status_line(camera)

import json
import socket

import pytest
import zeroconf
from camera_double import TOKEN, CameraDouble
from click.testing import CliRunner

from host_tools import discover, project
from host_tools.commands import cameras, status
from host_tools.errors import CameraError, ProjectError
from host_tools.project import Project


@pytest.fixture
def folder(tmp_path):
    project.create(tmp_path / "door", "front door", ["closed", "open"])
    return str(tmp_path / "door")


def run(*arguments, succeeds=True, **options):
    result = CliRunner(env={"COLUMNS": "160"}).invoke(cameras.command, arguments, **options)
    assert (result.exit_code == 0) is succeeds, result.output
    return result.output if succeeds else result.exception


def test_camera_is_added_listed_and_removed(folder):
    with CameraDouble() as camera:
        said = run("add", "front", camera.url, "--project", folder, "--tag", "north", input=TOKEN + "\n")
        assert "it answers, good" in said and TOKEN not in said
        line = next(line for line in run("--project", folder).splitlines() if "front" in line)
        assert all(word in line for word in ("north", "closed", "3", "0.1.0", "good", "now"))
        assert "front: removed" in run("remove", "front", "--project", folder)
    assert "no camera yet" in run("--project", folder)


def test_unreachable_camera_is_a_line_and_no_error(folder):
    with CameraDouble() as camera:
        run("add", "front", camera.url, "--project", folder, "--token", TOKEN)
        said = run("add", "back", "http://127.0.0.1:1", "--project", folder, env={"DOORLENS_TOKEN": TOKEN})
        assert "does not answer yet" in said
        listed = json.loads(run("--project", folder, "--json"))
    assert [(one["name"], one["error"] is None, one["health"]) for one in listed] == [("front", True, "good"), ("back", False, None)]
    assert not any(TOKEN in str(one) for one in listed)


def test_list_is_narrowed_by_tags(folder):
    for name, tag in (("a", "north"), ("b", "south")):
        run("add", name, "http://127.0.0.1:1", "--token", TOKEN, "--tag", tag, "--project", folder)
    assert [one["name"] for one in json.loads(run("--project", folder, "--tag", "south", "--json"))] == ["b"]
    assert "south, gate" in run("tag", "b", "gate", "--project", folder)
    assert "no tags" in run("tag", "b", "gate", "south", "--remove", "--project", folder)


def test_project_may_stand_before_the_subcommand(folder):
    run("--project", folder, "add", "front", "http://127.0.0.1:1", "--token", TOKEN)
    assert list(Project.open(folder).cameras) == ["front"]


@pytest.mark.parametrize("url", ["192.0.2.1:8090", "ftp://192.0.2.1", "http://", "http://user:secret@192.0.2.1", "http://192.0.2.1:x"])
def test_address_that_cannot_be_one_is_refused(folder, url):
    error = run("add", "front", url, "--token", TOKEN, "--project", folder, succeeds=False)
    assert isinstance(error, ProjectError) and Project.open(folder).cameras == {}


def test_status_shows_the_others_and_fails_for_the_silent(folder):
    with CameraDouble() as camera:
        run("add", "back", "http://127.0.0.1:1", "--project", folder, "--token", TOKEN)
        run("add", "front", camera.url, "--project", folder, "--token", TOKEN)
        result = CliRunner(env={"COLUMNS": "160"}).invoke(status.command, [folder])
        assert "closed (frames)" in result.output and isinstance(result.exception, CameraError)
        assert CliRunner().invoke(status.command, [folder, "--camera", "front"]).exit_code == 0


def test_announced_cameras_are_found():
    loopback = ["127.0.0.1"]
    network = zeroconf.Zeroconf(interfaces=loopback)
    try:
        for kind, name, port in ((discover.AXIS, "AXIS P3245 - 00408C000001", 80), (discover.DOORLENS, "front", 8090)):
            network.register_service(zeroconf.ServiceInfo(
                kind, f"{name}.{kind}", port=port, addresses=[socket.inet_aton("192.0.2.7")], server=f"{port}.local."),
                cooperating_responders=True)  # nobody is asked for the name first
        for _ in range(10):  # multicast may be lost
            heard = discover.listen(1.5, loopback)
            if len(heard) == 2:
                break
    finally:
        network.close()
    assert heard == [discover.Announcement("axis", "AXIS P3245 - 00408C000001", "http://192.0.2.7:80"),
                     discover.Announcement("doorlens", "front", "http://192.0.2.7:8090")]

"""An independent client talks to the virtual camera: the package `axis`, which Home Assistant uses for Axis cameras."""

import asyncio

import axis.device
import axis.errors
import axis.models.configuration
import httpx
import pytest
from test_simcam_applications import Plain, package

from host_tools.simcam import Applications, SimulatedCamera


@pytest.fixture
def camera(tmp_path):
    applications = Applications(tmp_path / "flash", "x86_64", allow_unsigned=True)
    applications.install(package("hello", "1.2.3"))
    applications.install(package("sleeper", "0.4.0"))
    with SimulatedCamera(Plain(), applications=applications) as camera:
        applications.control("start", "hello")
        yield camera


def talk(camera, conversation, password="doorlens"):
    """Runs the coroutine `conversation(vapix)` with the client connected to the camera."""
    async def run():
        async with httpx.AsyncClient(trust_env=False) as session:
            device = axis.device.AxisDevice(axis.models.configuration.Configuration(
                session, camera.host, port=camera.port, username="root", password=password))
            return await conversation(device.vapix)
    return asyncio.run(run())


def test_it_initializes_without_an_error_and_knows_the_camera(camera):
    async def conversation(vapix):
        await vapix.initialize()
        return vapix
    vapix = talk(camera, conversation)
    assert vapix.product_type == "Network Camera" and vapix.firmware_version == "12.4.59"
    assert vapix.serial_number == vapix.params.property_handler["0"].system_serial_number
    assert vapix.basic_device_info["0"].architecture == "x86_64"
    assert vapix.applications["hello"].status == "Running" and vapix.applications["sleeper"].status == "Stopped"


def test_it_lists_applications(camera):
    listed = talk(camera, lambda vapix: vapix.applications.list_applications())
    assert {name: application.version for name, application in listed.items()} == {"hello": "1.2.3", "sleeper": "0.4.0"}
    assert listed["hello"].license_status == "None" and listed["hello"].vendor == "Tests"


def test_it_lists_a_camera_without_applications(tmp_path):
    with SimulatedCamera(Plain(), applications=Applications(tmp_path, "x86_64")) as camera:
        assert talk(camera, lambda vapix: vapix.applications.list_applications()) == {}


def test_it_reads_every_parameter(camera):
    async def conversation(vapix):
        await vapix.initialize_param_cgi()
        return vapix.params
    parameters = talk(camera, conversation)
    assert parameters["Brand"]["Brand"] == "AXIS" and parameters["Network"]["HostName"] == "virtual-camera"
    assert parameters["Properties"]["System"]["Architecture"] == "x86_64"


def test_wrong_password_is_its_unauthorized(camera):
    with pytest.raises(axis.errors.Unauthorized):
        talk(camera, lambda vapix: vapix.applications.list_applications(), password="wrong")

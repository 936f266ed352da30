"""A virtual camera on loopback, and the firmware as its child."""

from host_tools.simcam.applications import Applications
from host_tools.simcam.camera import SimulatedCamera
from host_tools.simcam.clock import RunningClock, SequenceClock, StepClock
from host_tools.simcam.errors import FirmwareError, SimcamError, SourceError
from host_tools.simcam.faults import FAULTS
from host_tools.simcam.faults import parse as parse_fault
from host_tools.simcam.firmware import FirmwareProcess
from host_tools.simcam.sources import FolderSource, SceneSource, VideoSource

__all__ = ["FAULTS", "Applications", "FirmwareError", "FirmwareProcess", "FolderSource", "RunningClock", "SceneSource",
           "SequenceClock", "SimcamError", "SimulatedCamera", "SourceError", "StepClock", "VideoSource", "parse_fault"]

"""A procedural camera scene with ground truth: a door, its light, its visitors."""

from host_tools.scene.installation import INSTALLATIONS
from host_tools.scene.scene import Scene, SceneError
from host_tools.scene.schedule import DayPlan
from host_tools.scene.truth import Truth

__all__ = ["INSTALLATIONS", "DayPlan", "Scene", "SceneError", "Truth"]

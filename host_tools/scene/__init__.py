"""A procedural camera scene with ground truth: a door, its light, its visitors."""

from .installation import INSTALLATIONS
from .scene import Scene, SceneError
from .schedule import DayPlan
from .truth import Truth

__all__ = ["INSTALLATIONS", "DayPlan", "Scene", "SceneError", "Truth"]

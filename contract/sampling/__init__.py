"""Which frames are worth keeping: strategies and the policy that combines them; on the camera and on the host."""

from contract.sampling.look import Choice, Look
from contract.sampling.policy import Policy
from contract.sampling.settings import DEFAULTS, SamplingError

__all__ = ["DEFAULTS", "Choice", "Look", "Policy", "SamplingError"]

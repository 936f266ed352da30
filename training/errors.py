"""The training area's exceptions.

    DoorlensError
    +-- TrainingError     the data, the configuration or a network's weights do not allow a run
"""

from contract.errors import DoorlensError


class TrainingError(DoorlensError):
    """One sentence: what is wrong and what to do."""

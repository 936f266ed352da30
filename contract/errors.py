"""The root of the exception tree.

    DoorlensError
    +-- contract.model.ModelError        a model file the camera must refuse
    +-- contract.update.UpdateError      a signed update that may not be installed
    +-- contract.sample.SampleError      a sidecar that is not one
    +-- contract.rule_settings.RuleError
    +-- camera_firmware.settings.SettingsError
    +-- annotation.errors.AnnotationError, training.errors.TrainingError, host_tools.errors, ...

A message is one sentence for a person: what is wrong and, where possible, what to do.
"""


class DoorlensError(Exception):
    pass

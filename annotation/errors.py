"""The area's exception tree.

    DoorlensError
    +-- AnnotationError
        +-- IndexFileError    index.json cannot be read, written or locked
        |   +-- NewerIndexError   it was written by a later version
        +-- FramePathError    a path that leaves the project, or that the index does not hold
        +-- LabelError        a label that the project does not declare
        +-- ViewError         an order or a filter that there is none of
        +-- ExchangeError     labels that cannot be brought in or given out
        +-- WindowError       no window can be opened here
"""

from contract.errors import DoorlensError


class AnnotationError(DoorlensError):
    pass


class IndexFileError(AnnotationError):
    pass


class NewerIndexError(IndexFileError):
    pass


class FramePathError(AnnotationError):
    pass


class LabelError(AnnotationError):
    pass


class ViewError(AnnotationError):
    pass


class ExchangeError(AnnotationError):
    pass


class WindowError(AnnotationError):
    pass

"""SdkError: what went wrong and what to do, in one sentence a person can act on."""


class SdkError(Exception):
    pass

"""What can go wrong while measuring."""


class BenchError(Exception):
    """One line that says what to do."""

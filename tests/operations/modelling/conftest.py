"""A district whose months were run, and the draft of another version of its model."""

from tests.operations.monitoring.conftest import district, kept_district

__all__ = ["district", "kept_district"]

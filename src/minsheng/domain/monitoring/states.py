"""Levels, changes and verdicts, in the words that explanations use too."""

from minsheng.engine.explaining.words import CHANGES, LEVELS, MARKS, VERDICTS

__all__ = ["CHANGES", "LEVELS", "MARKS", "VERDICTS"]

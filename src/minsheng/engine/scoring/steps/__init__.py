"""The named steps of a run, in order: values, points, scores, warnings, hits, evidence.

Belongs here: one module per step, each a function from what can be read to the tables it adds. Does not belong: writing them
down, resuming and timing (`scoring.runner`).
"""

"""Dynamic monitoring (动态监测): published models, monthly runs, levels, warnings, verdicts.

Belongs here: which model holds, what a month gave, and what people act on. Does not belong: the arithmetic
(engine/scoring) and its explanation (engine/explaining).
"""

"""What if: a stored month under a changed model, from the values it stored, and how much work its warnings are.

Belongs here: reading a change, the arithmetic of docs/scoring.md on stored values as NumPy blocks, what moves and why, capacity. It is
written from the rules and not from the engine's steps, which must agree with it (`tests/unit/simulation/test_simulation_is_a_run.py`).
Does not belong: reading department rows (a change that needs a value nobody stored is a run), the database, files for people.
"""

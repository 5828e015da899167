"""The closed loop, one folder per stage, the same file names in each.

Belongs here: facts in PostgreSQL, writes in `operations`, reads in `queries`. Does not belong: faces, the pure
computation, anything that opens an execution engine.
"""

"""The doors to an execution engine.

Belongs here: the protocol that the monthly computation is written against (`backend`), and one module per engine that keeps it;
the only place that imports duckdb. Does not belong: any rule of the computation, any SQL of the project's own.
"""

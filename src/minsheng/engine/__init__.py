"""The monthly computation, pure: files and tables in, tables out.

Belongs here: contracts, intake, linkage, indicators, scoring, explaining, and the doors to the lake and to the execution
engine. Does not belong: Django, the clock, settings, users.
"""

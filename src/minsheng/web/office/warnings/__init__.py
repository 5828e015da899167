"""The list of warnings: what waits, found, marked, answered and taken along as a file.

Belongs here: reading what is asked, one call into the core, showing the answer. Does not belong: which rows somebody may see.
"""

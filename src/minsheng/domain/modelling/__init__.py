"""How a monitoring model comes to count: drafts with their revisions, what they would do, proposal, approval by another, and from when.

Belongs here: everything that happens before a version is published, and the month from which it runs. Does not belong: running it
(`monitoring`), the grammar and the arithmetic (`engine`).
"""

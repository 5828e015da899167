"""Template tags and filters of every page.

Belongs here: words in two languages, marks, numbers, charts. Does not belong: reading anything from the database.
"""

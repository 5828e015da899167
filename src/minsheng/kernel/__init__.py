"""Words that every layer shares: identity numbers, division codes, money, periods, sealing, expected failures.

Belongs here: pure Python that knows no database, no lake, no clock and no settings. Does not belong: anything that
reads a file, a table or the time.
"""

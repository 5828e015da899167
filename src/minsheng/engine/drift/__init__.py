"""Whether the months still look alike: what came in, what was measured and what came out, compared with the twelve months before.

Belongs here: counting a finished run into histograms, keeping them beside its manifest, comparing them. Does not belong: whether a
change is right or wrong, the database, pictures.
"""

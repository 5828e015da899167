"""Who is who: numbers, names, and the registry's person behind a department's row.

Belongs here: checking and normalising identity numbers and names by the column, matching by number and name, probabilistic
linkage, and the closing of merge chains. Does not belong: storing decisions, merging people in the registry, keys and
pseudonyms (they arrive ready-made), and reading deliveries.
"""

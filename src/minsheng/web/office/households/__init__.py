"""Finding a household, and its file: who lives there, what is known, its levels and why, and everything that happened.

Belongs here: reading what is asked, calls into the core, pictures and sentences. Does not belong: which households somebody may see.
"""

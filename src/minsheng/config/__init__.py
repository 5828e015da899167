"""Where the pieces are put together: settings from the environment, the embedded database, start-up.

Belongs here: reading the environment and the home folder, and wiring. Does not belong: anything that decides about
people or data.
"""

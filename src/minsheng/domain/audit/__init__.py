"""What happened, who did it, and when: append-only.

Belongs here: the event log and how it is read. Does not belong: deciding anything from it.
"""

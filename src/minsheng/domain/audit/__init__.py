"""What happened, who did it, who looked, and when: append-only and chained, so that nobody can change it unseen.

Belongs here: the event log, its chain and how both are checked, how it is read. Does not belong: deciding anything from it.
"""

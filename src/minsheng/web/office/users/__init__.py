"""People and rights: who may sign in, what they hold, what waits for review, households opened beyond one's area, fields shown in clear.

Belongs here: forms, views and words of these pages. Does not belong: the rules (`domain/access`), one's own account (`web/accounts`).
"""

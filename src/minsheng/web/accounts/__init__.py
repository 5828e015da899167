"""Signing in: passwords, second factors, single sign-on, the limits of a session, and one's own account.

Belongs here: what stands between the sign-in library and the core, its pages in our look and words, and what must be done before
anything else. Does not belong: who may do what (`domain/access`), managing other people (`office/users`).
"""

"""Identity review: doubtful identities side by side, decided by keyboard; decisions and merges taken back.

Belongs here: views and the small pictures of these pages. Does not belong: who it is likely to be (engine.linkage), what a decision does.
"""

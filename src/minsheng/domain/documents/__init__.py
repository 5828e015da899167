"""What people bring and workers photograph: certificates, applications, pictures of a visit, in a household's file.

Belongs here: documents that a person keeps for a household, sealed in the lake. Does not belong: what departments deliver (feeds), and
the agreements by which they do.
"""

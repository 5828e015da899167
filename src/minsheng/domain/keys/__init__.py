"""Changing the keys that seal: making a new one current, sealing everything again, dropping an old one.

Belongs here: what is sealed and where (each app declares its own), which keys it is sealed with, and the work of changing them.
Does not belong: sealing itself (kernel), where keys are kept (config), and what the sealed values mean.
"""

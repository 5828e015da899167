"""Models on the desk: read a published version, compare two, write a draft, try it, propose and decide it.

Belongs here: the pages, their forms, and a model's words for people who did not write it. Does not belong: rules of models (`engine`),
what becomes of a draft (`domain.modelling`).
"""

"""What a department feed must look like: columns, codes, keys, expected volume, due day, and the agreement it rests on.

Belongs here: the contract schema, the catalogue of contracts as data (one small YAML file each), its loading and checking,
and the data dictionary written from it. Does not belong: reading deliveries (`engine.intake`), people, months received.
"""

"""Randomness by name: each part of the world draws from a stream of its own, so that no part disturbs another."""

import zlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """This will give the generator of one part of the world, always the same for a seed and names."""
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])

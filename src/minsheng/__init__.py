"""Minsheng (民生): dynamic monitoring of the low-income population and stratified, classified assistance.

The loop, in the order the data walks: kernel words, the pure monthly engine, the domain (places, registry, feeds,
monitoring), and the faces people use.
"""

"""Channels: what a signal goes through on its way.

- :mod:`.awgn`: additive white Gaussian noise.
"""

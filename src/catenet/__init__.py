"""Catenet: a whole internet inside one Python program, from bits on a wire to consensus."""

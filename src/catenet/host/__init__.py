"""One machine: its layers wired together, its clocks, its randomness, its programs."""

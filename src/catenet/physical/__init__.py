"""Layer 1, bits and signals: the wire.

**Guarantees** to the link layer: a frame arrives at the far end after the time for its bits and the distance, unless
the experimenter asked for impairments: then it is lost, late, duplicated, or has bit errors.  Frames keep their order
unless reordering was asked for.  Every property may change at any time; only a cut loses frames under way.
**Requires** of the kernel: the clock, one event for each frame, and a random stream for each impairment.

- Read first :mod:`.channel`: one direction of a wire: rate, delay, and what can go wrong;
- :mod:`.wire`: two channels, cut and healed together; :mod:`.impairments`: what chance decides for each frame;
- :mod:`.loss`: random, bursty (Gilbert-Elliott) and recorded loss; :mod:`.loss_reasons`: why a frame was lost, as a
  code;
- :mod:`.jitter`: how the delay varies; :mod:`.bit_errors`: which bits flip; :mod:`.frame_errors`:
  frames that a PHY's noise damages;
- :mod:`.phys`: PHYs by their closed forms; :mod:`.signals`: bits as signals, with NumPy.
"""

from catenet.physical.channel import Channel, Receiver, Tap, Transmission
from catenet.physical.jitter import Jitter, Normal, Pareto, RecordedJitter, Uniform
from catenet.physical.loss import Bernoulli, GilbertElliott, Loss, RecordedLoss
from catenet.physical.wire import Wire

__all__ = [
    "Bernoulli",
    "Channel",
    "GilbertElliott",
    "Jitter",
    "Loss",
    "Normal",
    "Pareto",
    "Receiver",
    "RecordedJitter",
    "RecordedLoss",
    "Tap",
    "Transmission",
    "Uniform",
    "Wire",
]

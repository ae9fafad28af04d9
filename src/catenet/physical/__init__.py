"""Layer 1, bits and signals: the wire.

**Promises** to the link layer: a frame that is given to a channel arrives at the far end after the time
that its bits and the distance take, unless what the experimenter asked for happens to it: it is lost, it
comes late, twice, or with bits flipped.  Frames arrive in the order in which they were given unless
reordering was asked for.  Every property may change at any time; only a cut loses what is under way.
**Asks** of the kernel: the clock, one event for each frame, and a random stream for each thing that can
go wrong.  It knows nothing of what a frame holds.

Read first :mod:`~catenet.physical.channel`, one direction of a wire and most of what there is, then

- :mod:`~catenet.physical.wire`: two channels, laid and cut together;
- :mod:`~catenet.physical.impairments`: what chance holds in store for a frame;
- :mod:`~catenet.physical.loss`: which frames are lost;
- :mod:`~catenet.physical.jitter`: how the delay varies;
- :mod:`~catenet.physical.bit_errors`: which bits flip;
- :mod:`~catenet.physical.loss_reasons`: why a frame was lost, as a code and in words.
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

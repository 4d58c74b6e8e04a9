"""A stand-in for a host that runs Campaign Classic.

The product is proprietary and cannot be had here, so small real programs stand in for it: they
print what its documentation prints, are real processes, hold real ports, write real logs and serve
real pages. Nothing of the product is in them.
"""

from __future__ import annotations

from tests.standin.host import Ports, StandIn, documented_ports, free_port, free_ports

__all__ = ["Ports", "StandIn", "documented_ports", "free_port", "free_ports"]

"""Hold the dataset in a server's store instead of ours, and query it. The only room that knows SPARQLWrapper.

``load`` fills the store; ``RemoteStore`` runs *our own* queries there; ``RemoteEndpoint`` passes on, after
the gate, those from outside. Nothing that comes back is shown before it has been read to its end.
"""

from kg.remote.endpoint import RemoteEndpoint
from kg.remote.line import Address, Line
from kg.remote.loading import load
from kg.remote.store import RemoteStore

__all__ = ["Address", "Line", "RemoteEndpoint", "RemoteStore", "load"]

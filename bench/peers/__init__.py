"""One module a peer. Each has a ``Peer`` that makes itself ready from a ``Job`` and simulates its persons."""

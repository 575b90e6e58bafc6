"""The page of a simulated protocol: what the quantities did, alone or in two worlds."""

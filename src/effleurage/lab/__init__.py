"""What a laboratory reports of a trajectory, and the difference between two worlds."""

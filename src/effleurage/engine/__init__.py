"""From equations to trajectories: settle, step and keep, for one person or a thousand with the same bits."""

"""What is learnt from studies: the gains of touch, with their uncertainty."""

"""What is measured, as everybody here calls it: one codebook, and the words that people use."""

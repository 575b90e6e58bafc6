"""What an expert tries first on a body: challenges with published values, and how ours answers them."""

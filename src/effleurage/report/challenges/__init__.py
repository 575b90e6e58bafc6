"""The page of challenges: what an expert tries first on a body, as curves with what was published on them."""

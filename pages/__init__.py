"""The pages: they load, show and save. What computes lives in ``strategy``."""

"""A small world whose truth is known: scenes, pictures of them, speakers who caption them, probes, models."""

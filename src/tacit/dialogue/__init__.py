"""Gap 3, what conversations need: answers over documents that know when not to answer."""

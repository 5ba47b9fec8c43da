"""What a model is asked about pictures of the world, to find out what it learnt: probes, one file each."""

"""Gap 1: what captions leave unsaid. Detect, audit, curate, elicit."""

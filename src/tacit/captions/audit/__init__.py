"""What captions leave unsaid: from files to rates with intervals, and a report."""

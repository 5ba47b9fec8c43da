"""Results shown to people: one self-contained HTML file, SVG charts, terminal tables. Knows nothing of any gap."""

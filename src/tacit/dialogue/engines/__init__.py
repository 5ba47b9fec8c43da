"""Where passages are kept and found: one protocol, `tacit.dialogue.protocols.Engine`, over several libraries."""

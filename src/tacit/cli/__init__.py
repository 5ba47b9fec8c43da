"""The command line: one thin file per command. Parses, calls the API, prints or writes."""

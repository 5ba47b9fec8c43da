"""The engines that come with tacit; `tacit.runs.engine.get_engine` looks them up."""

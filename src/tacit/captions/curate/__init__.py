"""Choosing captions so that a target share of them states each type, and planning what else to ask for."""

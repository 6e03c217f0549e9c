"""The mixture and its parts; ``build`` turns a configuration into a module."""

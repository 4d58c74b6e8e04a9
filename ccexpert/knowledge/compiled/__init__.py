"""Compiled knowledge for quick starts. You can skip this package: everything works without it, but
every run would then parse all YAML and check every card."""

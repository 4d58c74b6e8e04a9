"""Compiles the shipped knowledge into the wheel, so that an installed program parses no YAML."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledKnowledge(BuildHookInterface):
    """Adds the compiled knowledge to the cards in the wheel; an editable install has none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tell where the result goes; a malformed card stops the build."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from ccexpert.knowledge.packs import SHIPPED, compile_shipped

        self._folder = tempfile.TemporaryDirectory()
        made = Path(self._folder.name, SHIPPED)
        made.write_bytes(compile_shipped())
        build_data["force_include"][str(made)] = f"ccexpert/kb/{SHIPPED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        if version != "editable":
            self._folder.cleanup()

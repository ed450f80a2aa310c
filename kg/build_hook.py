"""Hatchling's build hook: compiles the gazetteer, which ships inside the wheel and is made in place for editable installs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GazetteerBuildHook(BuildHookInterface[Any]):
    """Puts `seeds/gazetteer/gazetteer.sqlite` into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the gazetteer's tables; only wheels and editable installs need it."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from kg.entities.compile_gazetteer import compile_gazetteer
        finally:
            sys.path.remove(str(root))
        tables = root / "seeds" / "gazetteer"
        compiled = tables / "gazetteer.sqlite"
        compile_gazetteer(tables, compiled)
        build_data["force_include"][str(compiled)] = "kg/_data/seeds/gazetteer/gazetteer.sqlite"

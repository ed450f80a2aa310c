"""PLOVER to CAMEO: the one CAMEO code that an exported event carries.

The choice, stated in the ontology beside `dip:primaryCameoCode`: the three-digit base code that says it, a four-digit
code where only that one says it, and the code of the type where CAMEO has none for the mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CAMEO: Mapping[tuple[str, str | None], str] = MappingProxyType(
    {
        ("AGREE", None): "030",
        ("CONSULT", None): "040",
        ("CONSULT", "visit"): "042",
        ("CONSULT", "third-party"): "044",
        ("CONSULT", "multilateral"): "040",
        ("CONSULT", "phone"): "041",
        ("SUPPORT", None): "050",
        ("CONCEDE", None): "080",
        ("COOPERATE", None): "060",
        ("AID", None): "070",
        ("RETREAT", None): "087",
        ("RETREAT", "withdraw"): "0874",
        ("RETREAT", "release"): "0841",
        ("RETREAT", "disarm"): "0873",
        ("RETREAT", "ceasefire"): "0871",
        ("RETREAT", "access"): "086",
        ("RETREAT", "resign"): "0831",
        ("REQUEST", None): "100",
        ("REQUEST", "assist"): "101",
        ("REQUEST", "change"): "104",
        ("REQUEST", "yield"): "105",
        ("REQUEST", "meet"): "106",
        ("ACCUSE", None): "110",
        ("ACCUSE", "disapprove"): "110",
        ("ACCUSE", "investigate"): "090",
        ("ACCUSE", "allege"): "112",
        ("REJECT", None): "120",
        ("REJECT", "assist"): "121",
        ("REJECT", "change"): "123",
        ("REJECT", "yield"): "124",
        ("REJECT", "meet"): "125",
        ("THREATEN", None): "130",
        ("THREATEN", "restrict"): "1312",
        ("THREATEN", "arrest"): "130",
        ("THREATEN", "relations"): "1313",
        ("THREATEN", "expel"): "136",
        ("THREATEN", "territory"): "1382",
        ("THREATEN", "violence"): "138",
        ("PROTEST", None): "140",
        ("PROTEST", "demo"): "141",
        ("PROTEST", "riot"): "145",
        ("PROTEST", "strike"): "143",
        ("PROTEST", "hunger"): "142",
        ("PROTEST", "boycott"): "143",
        ("PROTEST", "obstruct"): "144",
        ("PROTEST", "vandalize"): "145",
        ("SANCTION", None): "160",
        ("SANCTION", "convict"): "116",
        ("SANCTION", "expel"): "166",
        ("SANCTION", "withdraw"): "161",
        ("SANCTION", "discontinue"): "162",
        ("MOBILIZE", None): "150",
        ("MOBILIZE", "troops"): "154",
        ("MOBILIZE", "weapons"): "150",
        ("MOBILIZE", "police"): "153",
        ("MOBILIZE", "militia"): "154",
        ("COERCE", None): "170",
        ("COERCE", "seize"): "171",
        ("COERCE", "restrict"): "172",
        ("COERCE", "censor"): "1721",
        ("COERCE", "curfew"): "1723",
        ("COERCE", "martial-law"): "1724",
        ("COERCE", "arrest"): "173",
        ("COERCE", "deport"): "174",
        ("COERCE", "withhold"): "170",
        ("COERCE", "misinformation"): "170",
        ("COERCE", "cyber"): "170",
        ("ASSAULT", None): "190",
        ("ASSAULT", "abduct"): "181",
        ("ASSAULT", "beat"): "182",
        ("ASSAULT", "torture"): "1822",
        ("ASSAULT", "sexual"): "1821",
        ("ASSAULT", "targeted"): "186",
        ("ASSAULT", "destroy"): "1712",
        ("ASSAULT", "primitive"): "182",
        ("ASSAULT", "firearms"): "193",
        ("ASSAULT", "explosives"): "183",
        ("ASSAULT", "suicide-attack"): "1831",
        ("ASSAULT", "aerial"): "195",
        ("ASSAULT", "drone"): "195",
        ("ASSAULT", "heavy-weapons"): "194",
        ("ASSAULT", "crowd-control"): "175",
        ("ASSAULT", "unconventional"): "204",
    }
)
"""PLOVER type and mode (None for the type alone) → CAMEO code."""


def cameo_code(event_type: str, mode: str | None = None) -> str:
    """The CAMEO code of a PLOVER type and mode.

    >>> cameo_code("CONSULT"), cameo_code("CONSULT", "visit"), cameo_code("RETREAT", "ceasefire")
    ('040', '042', '0871')

    :raises KeyError: when PLOVER has no such type, or the type no such mode.
    """
    return CAMEO[event_type, mode]

"""Who validated the démarche, read for other rooms and floors: plain data, in French."""

from __future__ import annotations

from projects.enums import SensAvis

#: How each opinion is coloured, wherever it is shown.
TONES = {
    SensAvis.FAVORABLE: "ok",
    SensAvis.RESERVES: "warn",
    SensAvis.DEFAVORABLE: "bad",
    SensAvis.AJOURNE: "neutral",
}

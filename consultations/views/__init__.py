"""Pages of the cahier des charges."""

from consultations.views.cahier import Apercu, Cahier, Commencer, Cycle, Docx, Preremplir
from consultations.views.sections import Reprise, SectionEdit
from consultations.views.versions import VersionDetail, VersionDocx, VersionPdf, VersionRefaire

__all__ = [
    "Apercu",
    "Cahier",
    "Commencer",
    "Cycle",
    "Docx",
    "Preremplir",
    "Reprise",
    "SectionEdit",
    "VersionDetail",
    "VersionDocx",
    "VersionPdf",
    "VersionRefaire",
]

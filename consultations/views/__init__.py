"""Pages of the cahier des charges."""

from consultations.views.cahier import Apercu, Cahier, Commencer, Cycle, Docx, Preremplir
from consultations.views.consultes import Consulter, RetirerConsulte
from consultations.views.prestataire import Choisir, PrestataireTab, Retenir, RetirerChoix
from consultations.views.sections import Reprise, SectionEdit
from consultations.views.versions import VersionDetail, VersionDocx, VersionPdf, VersionRefaire

__all__ = [
    "Apercu",
    "Cahier",
    "Choisir",
    "Commencer",
    "Consulter",
    "Cycle",
    "Docx",
    "Preremplir",
    "PrestataireTab",
    "Reprise",
    "Retenir",
    "RetirerChoix",
    "RetirerConsulte",
    "SectionEdit",
    "VersionDetail",
    "VersionDocx",
    "VersionPdf",
    "VersionRefaire",
]

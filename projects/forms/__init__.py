"""Forms of the cycle."""

from projects.forms.besoins import MutualisationForm, OuvrirForm, ReponseForm
from projects.forms.etape import AttestationForm, AvisC2RAForm
from projects.forms.identite import AideTypeForm, IdentiteForm, NouvelleIngenierieForm, TypeForm
from projects.forms.individuelle import IndividuelleForm
from projects.forms.sections import CiblageForm, ExistantForm, ProblematiqueForm, RoleDLAForm

__all__ = [
    "AideTypeForm",
    "AttestationForm",
    "AvisC2RAForm",
    "CiblageForm",
    "ExistantForm",
    "IdentiteForm",
    "IndividuelleForm",
    "MutualisationForm",
    "NouvelleIngenierieForm",
    "OuvrirForm",
    "ProblematiqueForm",
    "ReponseForm",
    "RoleDLAForm",
    "TypeForm",
]

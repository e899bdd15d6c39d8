"""One account per role of the demonstration, and what to look at with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts.models import Grant, User
from accounts.services import link_token
from accounts.services.links import OUVERT, status_of
from demo import entering, people
from demo.marks import Marks
from partners.portfolio.prestataire.models import Membre

_ADMINISTRATION = "administration"


@dataclass(frozen=True)
class Account:
    """A person to sign in as: address, who she is, what her pages show."""

    email: str
    role: str
    look: str


_ROLES = (
    (
        ("Alix", "Belleroche"),
        "Chargée de mission, DLA 37",
        "l’accueil, une ingénierie à chaque étape, SLOT dont le DLA 37 est référent",
    ),
    (
        ("Camille", "Chantelune"),
        "Responsable, DLA 37",
        "les membres du DLA, une invitation en attente et une expirée, confier les dossiers d’une personne qui part",
    ),
    (
        ("Noa", "Fontrose"),
        "Lecture seule, DLA 37",
        "les mêmes dossiers sans rien pouvoir y changer, et pourquoi",
    ),
    (
        ("Léandre", "Aubépin"),
        "C2RA Centre-Val de Loire",
        "les ingénieries de la région, les conditions levées, SLOT qu’il pilote et son cahier des charges diffusé ; "
        "les fiches à relire, celles reprises de l’ancien portefeuille et un import à confirmer",
    ),
    (("Ombeline", "Rideauclair"), "CNAR Culture", "les ingénieries du secteur culturel, dans toutes les régions"),
    (("Maëlle", "Fontanelier"), "AVISE", "toutes les ingénieries"),
    (
        ("Maxence", "Doucemare"),
        "Chargé de mission, DLA 41 et DLA 45",
        "« Mes organisations » : changer d’organisation change toutes les listes",
    ),
)
#: Key of the prestataire (its référent signs in), what she is, what to look at.
_PRESTATAIRES = (
    (
        "numeriques-solidaires",
        "Prestataire, fiche à compléter",
        "l’Espace prestataire, ce que demande le C2RA, ce qui manque rubrique par rubrique",
    ),
    (
        "atelier-des-possibles",
        "Prestataire, fiche publiée",
        "ses versions, une demande à rejoindre l’équipe, qui a lu les CV (« Données personnelles »)",
    ),
)


def accounts() -> list[Account]:
    """The accounts that are there, in the order to try them; empty when nothing was loaded."""
    marks = Marks()
    emails = dict(User.objects.filter(is_active=True).values_list("pk", "email"))
    found = []
    for (first, last), role, look in _ROLES:
        email = emails.get(marks.id_of(f"personne:{people.address_of(first, last)}"))
        if email:
            found.append(Account(email, role, look))
    for key, role, look in _PRESTATAIRES:
        row = Membre.objects.active().filter(prestataire=marks.id_of(f"prestataire:{key}")).order_by("pk").first()
        if row is not None:
            found.append(Account(emails[row.user_id], role, look))
    email = emails.get(marks.id_of(f"personne:{_ADMINISTRATION}"))
    if email:
        where = reverse("admin:index")
        found.append(Account(email, "Administration", f"{where} : comptes, organisations, listes de référence"))
    return found


def reprise_url() -> str:
    """The address of an invitation to hold a fiche taken over, or ``""`` when there is none any more."""
    token = entering.invitation_link(Marks())
    return settings.SITE_URL + reverse("lien", args=[token]) if token else ""


def invitation_url() -> str:
    """The address of the pending invitation, or ``""`` when there is none any more."""
    pks = Marks().starting("invitation:").values()
    for invitation in Grant.objects.filter(pk__in=pks).order_by("pk"):
        if status_of(invitation) == OUVERT:
            return settings.SITE_URL + reverse("lien", args=[link_token(invitation)])
    return ""

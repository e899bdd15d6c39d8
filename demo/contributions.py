"""What others write of the récit that is still being written; its pictures, drawn here so that they are nobody's."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import holder
from capitalisation.recits.apporteurs import Apporteur, connus
from capitalisation.recits.enums import EtatRecit, Source
from capitalisation.recits.liens import load as contribution
from capitalisation.recits.models import Contribution, Recit
from capitalisation.recits.reprise import Choix
from capitalisation.recits.services import contributions, images
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from demo.people import DOMAIN

#: What is asked of each, and what it wrote; the first one has not answered yet.
_ATTENDUE = {
    "rubriques": ["problematique"],
    "message": "Vous nous l’aviez bien dit en séance : d’où venait le besoin, vu de chez vous ?",
}
_RENDUE = {
    "rubriques": ["seances", "contenus_points"],
    "message": "Le récit tient en une page : allez à l’essentiel.",
    "textes": {
        "seances": "Une séance commune pour comparer les pratiques, puis une demi-journée sur chaque site avec les "
        "équipes, et une dernière séance pour choisir ce qui serait mis en commun.\n\nLa visite des sites par les "
        "autres structures n’était pas prévue : c’est elle qui a débloqué les échanges.",
        "contenus_points": "- Comparer ses coûts poste par poste\n- Décrire chaque métier\n"
        "- Écrire une convention simple entre structures qui se prêtent du matériel",
    },
}
_REPRISE = {
    "rubriques": ["problematique"],
    "message": "",
    "textes": {
        "problematique": "Chacun refaisait seul le même travail, sans savoir que le voisin l’avait déjà fait. Nous "
        "avions peur de nous comparer ; ensemble, c’est devenu possible."
    },
}
_IMAGES = (
    {
        "alt": "Schéma en trois temps, reliés par des flèches : une séance commune, des visites sur chaque site, une "
        "séance pour choisir",
        "legende": "Le déroulement, en trois temps",
        "credit": "Schéma du DLA",
        "accord": True,
    },
    {
        "alt": "Schéma : cinq structures en cercle, chacune reliée à un fonds commun d’outils placé au centre",
        "legende": "Ce que les structures ont mis en commun",
        "credit": "Schéma du DLA",
        "accord": True,
    },
)


def load(marks: Marks) -> None:
    """Write what is not there yet, on the first récit of a dossier that is still being written."""
    if "contributions" in marks:
        return
    found = Recit.objects.filter(state=EtatRecit.EN_COURS, ingenierie__isnull=False).order_by("pk").first()
    if found is None:
        return
    recit = Recit.objects.select_related("ingenierie__pilote__region", "organisation").get(pk=found.pk)
    actor = accounts.actor_for(recit.ingenierie.charge_mission)
    known = connus(recit.ingenierie)
    # Whoever led the mission tells how it went; structures tell the rest.
    known.sort(key=lambda one: one.sorte != Source.PRESTATAIRE)
    if len(known) < 3:
        return
    _images(recit, actor)
    handed = _asked(recit, known[0], _RENDUE, 9, actor)
    taken = _asked(recit, known[1], _REPRISE, 9, actor)
    _written(taken, _REPRISE, 7)
    _written(handed, _RENDUE, 4)
    with _at(3, 90):
        row = contribution(taken.pk)
        for code in _REPRISE["textes"]:
            contributions.take_up(
                row, code, Choix.AJOUTER, actor=actor, expected_version=row.version, rubrique_version=None
            )
    _asked(recit, known[2], _ATTENDUE, 2, actor)
    marks.set("contributions")


def _at(days: int, minutes: int = 75) -> Any:
    return clock.replay(dates.moment(dates.yesterday() - dt.timedelta(days=days), minutes))


def _asked(recit: Recit, qui: Apporteur, told: dict[str, Any], days: int, actor: Actor) -> Contribution:
    values = {
        "nom": qui.nom or "La présidence",
        "email": qui.email or f"recit-{qui.sorte}-{qui.cle}@{DOMAIN}",
        "rubriques": told["rubriques"],
        "message": told["message"],
    }
    with _at(days, 60 + qui.cle % 50):
        return contributions.ask(recit, qui, values, actor=actor)


def _written(row: Contribution, told: dict[str, Any], days: int) -> None:
    grant = Grant.objects.of(row, contributions.LIEN).get()
    with _at(days, 480):
        contributions.write(
            contribution(row.pk), told["textes"], rendre=True, actor=holder(grant), expected_version=None
        )


def _images(recit: Recit, actor: Actor) -> None:
    with _at(10):
        for said, drawn in zip(_IMAGES, (_trois_temps(), _en_commun()), strict=True):
            images.add(recit, drawn, said, actor=actor)


# --- Drawing --------------------------------------------------------------------------------------------------------


def _paper() -> tuple[Image.Image, ImageDraw.ImageDraw, Any]:
    picture = Image.new("RGB", (1200, 620), "white")
    return picture, ImageDraw.Draw(picture), ImageFont.load_default(34)


def _file(picture: Image.Image, name: str) -> ContentFile:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return ContentFile(out.getvalue(), name=name)


def _trois_temps() -> ContentFile:
    picture, pen, font = _paper()
    for rank, words in enumerate(("Séance\ncommune", "Visites sur\nchaque site", "Séance pour\nchoisir")):
        left = 40 + rank * 400
        pen.rounded_rectangle((left, 200, left + 300, 420), 24, fill="#e3eef6", outline="#1f5f8b", width=5)
        pen.multiline_text((left + 150, 310), words, fill="#12344d", font=font, anchor="mm", align="center", spacing=12)
        if rank:
            pen.line((left - 92, 310, left - 22, 310), fill="#1f5f8b", width=8)
            pen.polygon([(left - 30, 292), (left - 4, 310), (left - 30, 328)], fill="#1f5f8b")
    return _file(picture, "deroulement.png")


def _en_commun() -> ContentFile:
    picture, pen, font = _paper()
    for x, y in ((600, 80), (880, 240), (780, 530), (420, 530), (320, 240)):
        pen.line((600, 330, x, y), fill="#2f6b3a", width=6)
        pen.ellipse((x - 62, y - 62, x + 62, y + 62), fill="#e4f1e7", outline="#2f6b3a", width=5)
    pen.ellipse((470, 230, 730, 430), fill="#2f6b3a")
    pen.multiline_text((600, 330), "Outils\ncommuns", fill="white", font=font, anchor="mm", align="center", spacing=12)
    return _file(picture, "mise-en-commun.png")

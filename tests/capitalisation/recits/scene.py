"""A récit that is written, « arrêté », taken up again, as tests and samples of documents need it."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from capitalisation.recits.lecture import Lecture
from capitalisation.recits.models import ImageRecit, Recit
from capitalisation.recits.services import ecriture
from core.actor import Actor
from core.files import UPLOADS, save_file
from core.models import Attachment
from tests.capitalisation.scene import SYSTEM

FICHE: dict[str, Any] = {
    "type": {"code": "solution_individuelle", "precision": ""},
    "problematique": "Cinq associations ont les mêmes questions.\n\n- que dire\n- à qui",
    "objectifs": ["Rendre les associations plus compétentes", "Leur transmettre des outils"],
    "systeme_intervenant": "1 prestataire",
    "cout": [{"libelle": "1 DLA", "montant": "3600.00", "taxes": "", "jours": None}],
    "nombre": {"valeur": 5, "precision": "associations"},
    "territoire": "Celui où intervient le DLA",
    "secteur": "Culture",
    "seances": [{"titre": "3 journées d’accompagnement", "jours": "3.0", "texte": "- une journée de cours"}],
    "contenus": {"codes": [], "precision": "Communication"},
    "contenus_points": ["Se donner une stratégie", "Choisir ses outils"],
}


def fresh(recit: Recit) -> Recit:
    return Recit.objects.select_related("organisation", "ingenierie__pilote").get(pk=recit.pk)


def ecrit(recit: Recit, actor: Actor = SYSTEM, **more: Any) -> Recit:
    """Every rubrique of a fiche says something."""
    for code, valeur in {**FICHE, **more}.items():
        ecriture.write(recit, code, {"valeur": valeur, "source": "charge_mission"}, actor=actor)
    return fresh(recit)


def moved(recit: Recit, action: str, actor: Actor = SYSTEM) -> Recit:
    found = fresh(recit)
    return fresh(ecriture.perform_action(found, action, actor=actor, expected_state=found.state))


def arrete(recit: Recit, actor: Actor = SYSTEM) -> Recit:
    return moved(recit, "arreter", actor)


def reprise(recit: Recit, actor: Actor = SYSTEM) -> Recit:
    return moved(recit, "reprendre", actor)


def dit(lecture: Lecture, code: str) -> Any:
    """What a rubrique says in a reading."""
    return next(r.valeur for p in lecture.parties for r in p.rubriques if r.code == code)


def image(recit: Recit, **values: Any) -> ImageRecit:
    """A picture of the récit, that the people on it agreed to."""
    content = io.BytesIO()
    Image.new("RGB", (1200, 500), "#8fb3cc").save(content, "PNG")
    data = content.getvalue()
    piece = Attachment.objects.create(
        object_type="capitalisation.recit", object_id=recit.pk, scope_type="capitalisation.recit", scope_id=recit.pk,
        original_name="atelier.png", mime="image/png", size=len(data), sha256=hashlib.sha256(data).hexdigest(),
        storage_key=save_file(UPLOADS, ContentFile(data)), uploaded_by_label="recette",
    )  # fmt: skip
    return ImageRecit.objects.create(recit=recit, piece=piece, accord=True, **values)

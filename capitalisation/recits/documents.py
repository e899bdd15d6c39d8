"""A récit printed: the PDF (one page for a fiche) and the DOCX, names resolved when they are made.

``build_lecture`` prints a version for whoever reads it through something else (a resource of the library): the same
page, whatever it is asked about.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from accounts.letterhead import letterhead
from capitalisation.recits import plans
from capitalisation.recits.enums import EtatRecit
from capitalisation.recits.figures import figures
from capitalisation.recits.lecture import Lecture, RubriqueLue, derniere, lecture_de, lecture_du_jour
from capitalisation.recits.models import Recit, VersionRecit
from capitalisation.recits.permissions import readable
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.documents.blocks import Block, Heading, Items, Note, Prose
from core.documents.docx import BuiltDocx
from core.editing import lock
from core.formats import format_date
from core.models import GeneratedDocument
from core.text import normalise

DOCUMENT = "recit"
TEMPLATE = "capitalisation/recits/document.html"
EN_COURS = "En cours d’écriture : ce texte n’est pas arrêté."
PERIME = (
    "Depuis que ce document a été imprimé, quelqu’un qu’il pouvait nommer ou montrer ne souhaite plus l’être, ou n’a "
    "pas donné son accord. Imprimez-le de nouveau : il se refait en quelques secondes."
)


def figee(recit: Recit, version: VersionRecit | None = None) -> Lecture:
    """What a document prints: ``version``, else the one that was « arrêtée », else the text of today.

    Who withdraws a consent locks the récit before she dates her withdrawal (:mod:`capitalisation.recits.retraits`):
    read under the same lock, a document is always older than a withdrawal that it does not know.
    """
    with transaction.atomic():
        lock(recit)
        if version is None and recit.state == EtatRecit.ARRETE:
            version = derniere(recit)
        return lecture_de(version) if version is not None else lecture_du_jour(recit)


def _recit(pk: int) -> Recit:
    return Recit.objects.select_related("organisation__region", "ingenierie").get(pk=pk)


def _entete(recit: Recit, lecture: Lecture) -> Any:
    version = lecture.version
    return letterhead(
        recit.organisation,
        kind=lecture.plan,
        version=f"Version {version.numero}" if version is not None else "",
        date=format_date(version.le if version is not None else clock.today()),
        name=lecture.titre,
    )


def _slug(lecture: Lecture) -> str:
    words = "-".join(normalise(lecture.titre).split())[:60].strip("-")
    return f"{normalise(lecture.plan).replace(' ', '-')}-{words or 'recit'}"


def imprime(recit: Recit, lecture: Lecture, *, obj: models.Model, scope: models.Model | None = None) -> BuiltDocument:
    """The PDF of a reading, about ``obj``."""
    version = lecture.version
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": _entete(recit, lecture),
            "lecture": lecture,
            "pictures": figures(lecture),
            "brouillon": "" if version is not None else EN_COURS,
        },
        title=lecture.titre,
        filename=f"{_slug(lecture)}.pdf",
        obj=obj,
        scope=scope,
        author=str(recit.organisation),
        subject=lecture.plan,
        keywords=["capitalisation", lecture.plan.lower(), "DLA"],
    )


def build_lecture(version: VersionRecit, *, obj: models.Model, scope: models.Model | None = None) -> BuiltDocument:
    """A version printed for a reader of ``obj`` (a resource), as it is read at this instant."""
    recit = _recit(version.recit_id)
    version.recit = recit
    return imprime(recit, figee(recit, version), obj=obj, scope=scope)


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """For the team: the version that was « arrêtée », else the text of today, said to be a draft."""
    recit = _recit(object_id)
    return imprime(recit, figee(recit), obj=recit, scope=recit.ingenierie)


def perime(document: GeneratedDocument, recit: Recit | None) -> str:
    """Why a document printed from ``recit`` may not be given any more, or ``""``."""
    if recit is None:
        return ""
    withdrawn = recit.noms_retires_at
    return PERIME if withdrawn is not None and document.made_at <= withdrawn else ""


def still_valid(document: GeneratedDocument) -> str:
    """The same, of the document of a récit."""
    return perime(document, Recit.objects.filter(pk=document.object_id).first())


# --- As blocks ------------------------------------------------------------------------------------------------------


def _valeur(rubrique: RubriqueLue) -> list[Block]:
    valeur = rubrique.valeur
    # A step stands right under what is printed above it: no level is skipped.
    under = min(4, 3 + rubrique.niveau) if rubrique.titre else 3
    if rubrique.forme == plans.TEXTE:
        return [Prose(valeur)]
    if rubrique.forme in (plans.POINTS, plans.MONTANTS):
        return [Prose(valeur[0])] if len(valeur) == 1 else [Items(valeur)]
    if rubrique.forme == plans.ETAPES:
        told: list[Block] = []
        for etape in valeur:
            head = f"{etape['titre']} ({etape['jours']})" if etape["jours"] else etape["titre"]
            told.append(Heading(head or "Étape", under))
            told += [Prose(etape["texte"])] if etape["texte"] else []
            for label, name in (("Résultats attendus", "attendus"), ("Méthodes", "methodes")):
                if etape[name]:
                    told.append(Prose(f"{label} :\n\n{etape[name]}"))
        return told
    if rubrique.forme == plans.PAROLES:
        return [Prose(f"« {one['texte']} »{' ' + one['qui'] if one['qui'] else ''}") for one in valeur]
    return [Prose(valeur)]


def blocs(lecture: Lecture) -> list[Block]:
    """A reading as blocks."""
    told: list[Block] = [Note(EN_COURS)] if lecture.version is None else []
    if lecture.surtitre:
        told.append(Prose(lecture.surtitre))
    if lecture.chiffres:
        told.append(Items([f"{one['valeur']} {one['libelle']}" for one in lecture.chiffres]))
    for partie in lecture.parties:
        told.append(Heading(partie.titre, 2))
        if partie.cle:
            told.append(partie.tableau)
            continue
        for rubrique in partie.rubriques:
            if rubrique.titre:
                told.append(Heading(rubrique.titre, 2 + rubrique.niveau))
            if rubrique.est_dite:
                told += _valeur(rubrique)
            if rubrique.note:
                told.append(Note(rubrique.note))
        if partie.sources:
            told.append(Note(f"D’après : {partie.sources}."))
    return told


def docx_de(recit: Recit, lecture: Lecture) -> BuiltDocx:
    """The DOCX of a reading."""
    return BuiltDocx(
        title=lecture.titre,
        subtitle=lecture.sous_titre,
        filename=f"{_slug(lecture)}.docx",
        header=_entete(recit, lecture),
        blocks=blocs(lecture),
        pictures=[(one.picture, one.texte) for one in figures(lecture)],
        ending=" ".join(filter(None, (lecture.origine, lecture.avertissement))),
        subject=lecture.plan,
        keywords=("capitalisation", lecture.plan.lower(), "DLA"),
    )


def recit_docx(recit: Recit) -> BuiltDocx:
    """For the team: the version that was « arrêtée », else the text of today."""
    return docx_de(recit, figee(recit))


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT, DocumentType("Récit", build, readable, still_valid=still_valid))

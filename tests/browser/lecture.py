"""Where the pages of the reading and of the decision are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _read() -> Any:
    """The call whose propositions are being read."""
    from consultations.appel.models import Appel

    found = Appel.objects.filter(state="depouille", grille__isnull=False).order_by("pk").first()
    assert found, "les données de démonstration n’ont aucun appel en cours de lecture"
    return found


def _choice(validated: bool) -> Any:
    from consultations.choix.models import ChoixPrestataire

    rows = ChoixPrestataire.objects.standing().filter(appel__isnull=False, projet__isnull=not validated)
    found = rows.order_by("pk").first()
    assert found, "les données de démonstration n’ont aucun appel décidé"
    return found


def _precision() -> Any:
    from consultations.lecture.models import Precision

    return Precision.objects.filter(invitation__appel=_read()).order_by("pk").first()


def _who(prestataire: Any) -> Any:
    return prestataire.membres.active().order_by("role", "pk").first().user


def person(role: str) -> Any:
    """« candidat_lu »: of a candidate that was asked to make its proposition clear; « retenu »: of the retained one."""
    return _who(_precision().invitation.prestataire if role == "candidat_lu" else _choice(False).prestataire)


def call(**more: Any) -> Callable[[Any], dict]:
    """The call being read."""
    return lambda world: {"pk": _read().ingenierie_id, "appel_pk": _read().pk, **more}


def candidate(world: Any) -> dict:
    """A candidate of the call being read."""
    appel = _read()
    first = appel.propositions_ouvertes.order_by("numero").first().invitation_id
    return {"pk": appel.ingenierie_id, "appel_pk": appel.pk, "invitation_pk": first}


def met(world: Any) -> dict:
    """A structure of it whose reading is typed after a meeting."""
    from consultations.lecture.models import Evaluateur

    row = Evaluateur.objects.filter(grille__appel=_read(), entretien_le__isnull=False).first()
    return {**call(evaluateur_pk=row.pk)(world)}


def said(world: Any) -> dict:
    """What it said of a candidate."""
    return {**met(world), **candidate(world)}


def adapted(world: Any) -> dict:
    """A call whose grid may still be adapted, with a grid."""
    from consultations.appel.models import Appel
    from consultations.lecture.services.grille import start
    from core.actor import Actor

    appel = Appel.objects.filter(state="ouvert", mode="complete").order_by("pk").first()
    start(appel, actor=Actor.system("recette"))
    return {"pk": appel.ingenierie_id, "appel_pk": appel.pk}


def criterion(world: Any) -> dict:
    """A criterion of it."""
    from consultations.lecture.models import Critere

    told = adapted(world)
    return {**told, "critere_pk": Critere.objects.filter(grille__appel=told["appel_pk"]).first().pk}


def precision(world: Any) -> dict:
    """What was asked to « candidat_lu »."""
    return {"pk": _precision().invitation_id, "precision_pk": _precision().pk}


def asked(world: Any) -> dict:
    """Its invitation."""
    return {"pk": _precision().invitation_id}


def told(world: Any) -> dict:
    """The invitation of « retenu », told of the decision."""
    return {"pk": _choice(False).restitutions.get(retenu=True).invitation_id}


def project(validated: bool = False, **more: Any) -> Callable[[Any], dict]:
    """The retained project, for the team."""
    return lambda world: {"pk": _choice(validated).ingenierie_id, "choix_pk": _choice(validated).pk, **more}


def own_project(**more: Any) -> Callable[[Any], dict]:
    """The same, for « retenu »."""
    return lambda world: {"pk": _choice(False).pk, **more}


def reader_link(world: Any) -> dict:
    """The personal link of a structure that has begun to read."""
    from accounts.models import Grant
    from accounts.services import link_token
    from consultations.lecture.models import Evaluateur

    row = Evaluateur.objects.filter(grille__appel=_read(), qualite="structure", enregistre_at__isnull=True).first()
    return {"token": link_token(Grant.objects.get(purpose="lecture-propositions", object_id=row.pk))}

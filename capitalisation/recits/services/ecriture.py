"""A récit is begun, written heading by heading, « arrêté », taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Organisation
from capitalisation.recits.connus import propositions, sous_titre
from capitalisation.recits.contenu import marque, rubriques_of
from capitalisation.recits.enums import EtatRecit, Genre, Source
from capitalisation.recits.lecture import derniere
from capitalisation.recits.models import Recit, Rubrique, VersionRecit
from capitalisation.recits.noms import propre
from capitalisation.recits.permissions import why_not_begin, why_not_begin_alone, why_not_write
from capitalisation.recits.plans import RubriquePrevue, plan_of
from capitalisation.recits.proposition import Proposition
from capitalisation.recits.registry import A_LA_VERSION
from capitalisation.recits.valeurs import nettoyer
from core import clock, journal
from core.actor import Actor
from core.canonical import canonical, digest
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from core.text import shortened
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "capitalisation.recit_commence": "a commencé un récit",
        "capitalisation.recit_modifie": "a modifié le titre d’un récit",
        "capitalisation.rubrique_ecrite": "a écrit une rubrique d’un récit",
        "capitalisation.recit_version": "a gardé une version d’un récit",
    }
)

#: What is written of a rubrique.
ECRIT = ("valeur", "titre", "note", "source", "source_detail")
TITRE = ("titre", "sous_titre", "origine")


def scope_of(recit: Recit) -> Any:
    """Whose journal tells it: that of the dossier; without one, its own."""
    return recit.ingenierie or recit


def touch_recit(recit: Recit) -> None:
    if recit.ingenierie_id is not None:
        touch(recit.ingenierie_id, ended=True)


# --- Beginning ------------------------------------------------------------------------------------------------------


def recit_of(ingenierie: Ingenierie, genre: str) -> Recit | None:
    """Its récit of that genre, when it is begun."""
    found = Recit.objects.filter(ingenierie=ingenierie, genre=genre).select_related("organisation").first()
    if found is not None:
        found.ingenierie = ingenierie
    return found


@transaction.atomic
def begin(ingenierie: Ingenierie, genre: str, *, actor: Actor) -> Recit:
    """Begin a récit: all that the dossier knows is in it, said to come from there, to be read again.

    Raises ``NotAllowed``, ``InvalidInput`` (an unknown genre; one of the other cycle; begun already).
    """
    if refusal := why_not_begin(actor, ingenierie):
        raise NotAllowed(refusal)
    plan = plan_of(genre)
    if not plan.concerns(ingenierie.cycle):
        raise InvalidInput(f"Une {plan.titre.lower()} ne se tire pas d’une ingénierie de cette forme.")
    lock(ingenierie)
    if Recit.objects.filter(ingenierie=ingenierie, genre=genre).exists():
        raise InvalidInput(f"La {plan.titre.lower()} est déjà commencée : rechargez la page.")
    recit = create(
        Recit(ingenierie=ingenierie, organisation=ingenierie.pilote, genre=genre),
        {"titre": ingenierie.titre, "sous_titre": sous_titre(ingenierie, genre)},
        actor=actor,
        verb="capitalisation.recit_commence",
        scope=ingenierie,
    )
    _fill(recit, propositions(recit), actor)
    touch_recit(recit)
    return recit


@transaction.atomic
def begin_alone(organisation: Organisation, genre: str, values: Mapping[str, Any], *, actor: Actor) -> Recit:
    """Begin a récit without dossier; ``values``: titre, sous_titre, origine.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    if refusal := why_not_begin_alone(actor, organisation):
        raise NotAllowed(refusal)
    plan_of(genre)
    if genre not in Genre.values or set(values) - set(TITRE):
        raise InvalidInput("Donnez un genre, un titre, un sous-titre, une origine.")
    if not str(values.get("titre") or "").strip():
        raise InvalidInput("Donnez un titre au récit.")
    recit = Recit(organisation=organisation, genre=genre)
    # It is the scope of its own journal: saved before it is told.
    for name, value in checked(recit, _propres(values)).items():
        setattr(recit, name, value)
    recit.save(force_insert=True)
    journal.record(actor, "capitalisation.recit_commence", recit, scope=recit, changes={"titre": (None, recit.titre)})
    _fill(recit, {}, actor)
    return recit


def _fill(recit: Recit, known: Mapping[str, Proposition], actor: Actor) -> None:
    """A row for each rubrique: two people who write the same one always meet on it."""
    for prevue in plan_of(recit.genre).rubriques:
        told = known.get(prevue.code)
        valeur = nettoyer(prevue, told.valeur) if told else None
        row = Rubrique(recit=recit, code=prevue.code, valeur=valeur)
        if told and valeur is not None:
            row.note, row.source = told.note, Source.DOSSIER
            row.source_detail = shortened(told.source_detail, 200)
        row.save(force_insert=True)


def _propres(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: propre(value) if isinstance(value, str) else value for name, value in values.items()}


# --- Writing --------------------------------------------------------------------------------------------------------


def writable(recit: Recit, actor: Actor) -> Recit:
    """The récit, locked, when ``actor`` may still write in it."""
    if refusal := why_not_write(actor, recit):
        raise NotAllowed(refusal)
    fresh = lock(recit)
    fresh.ensure_open()
    fresh.ingenierie, fresh.organisation = recit.ingenierie, recit.organisation
    return fresh


@transaction.atomic
def update(recit: Recit, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None) -> Recit:
    """Change its titre, sous_titre, origine. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    fresh = writable(recit, actor)
    done = apply_changes(
        fresh,
        checked(fresh, _propres(values), only=TITRE),
        actor=actor,
        verb="capitalisation.recit_modifie",
        expected_version=_titre_version(fresh, expected_version),
        scope=scope_of(fresh),
    )
    done.ingenierie, done.organisation = recit.ingenierie, recit.organisation
    touch_recit(fresh)
    return done


def _titre_version(fresh: Recit, expected_version: int | None) -> int | None:
    """Its title meets another title only: writing a rubrique also counts in the version of the récit."""
    if expected_version is None:
        return None
    touched = {name for entry in journal.entries_since(fresh, expected_version) for name in entry.changes}
    return expected_version if touched & {*TITRE, "state"} else fresh.version


def prevue_of(recit: Recit, code: str) -> RubriquePrevue:
    """What the layout says of a rubrique. Raises ``InvalidInput`` when it has none of that code."""
    found = plan_of(recit.genre).rubrique(code)
    if found is None:
        raise InvalidInput("Cette rubrique n’est pas dans ce genre de récit.")
    return found


def rubrique_of(recit: Recit, code: str) -> Rubrique:
    """Its row; not saved yet (version 0) for a rubrique that the layout gained since."""
    found = Rubrique.objects.filter(recit=recit, code=code).first() or Rubrique(recit=recit, code=code, version=0)
    found.recit = recit
    return found


@transaction.atomic
def write(
    recit: Recit, code: str, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Rubrique:
    """Write a rubrique; ``values``: valeur (in its shape, or ``None``), titre, note, source, source_detail.

    Two people at two rubriques do not meet. Raises ``NotAllowed`` (rights; arrêté), ``InvalidInput``, ``EditConflict``.
    """
    fresh = writable(recit, actor)
    prevue = prevue_of(fresh, code)
    if unknown := set(values) - set(ECRIT):
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    told = _propres({name: value for name, value in values.items() if name != "valeur"})
    if told.get("titre") and told["titre"] not in (prevue.titre, *prevue.titres):
        raise InvalidInput("Choisissez l’un des intitulés de cette rubrique.")
    if "valeur" in values:
        told["valeur"] = nettoyer(prevue, values["valeur"])
    row = rubrique_of(fresh, code)
    if row.pk is None:
        row.version = 1
        row.save(force_insert=True)
        expected_version = None if expected_version == 0 else expected_version
    before = row.version
    done = apply_changes(
        row,
        checked(row, told, only=ECRIT),
        actor=actor,
        verb="capitalisation.rubrique_ecrite",
        expected_version=expected_version,
        scope=scope_of(fresh),
    )
    if done.version != before:
        # Whoever « arrête » freezes what she read: a page drawn before this one was written is out of date.
        fresh.version += 1
        fresh.save(update_fields=["version"])
    done.recit = fresh
    touch_recit(fresh)
    return done


def reprendre_du_dossier(recit: Recit, code: str, *, actor: Actor, expected_version: int | None = None) -> Rubrique:
    """Put what the dossier says today in the place of what the rubrique says.

    Raises ``NotAllowed``, ``InvalidInput`` when the dossier says nothing of it, ``EditConflict``.
    """
    told = propositions(recit).get(code)
    if told is None:
        raise InvalidInput("Le dossier ne dit rien pour cette rubrique.")
    values = {"valeur": told.valeur, "note": told.note, "source": Source.DOSSIER}
    return write(
        recit,
        code,
        {**values, "source_detail": shortened(told.source_detail, 200)},
        actor=actor,
        expected_version=expected_version,
    )


# --- Its life -------------------------------------------------------------------------------------------------------


def perform_action(
    recit: Recit, action: str, *, actor: Actor, expected_state: str, version: int | None = None, reason: str = ""
) -> Recit:
    """One action of its life; « arreter » keeps a version. Raises what :func:`core.lifecycle.perform` raises."""

    def before(locked: Recit) -> dict[str, Any]:
        locked.state_since = clock.now()
        return {}

    def effect(locked: Recit) -> None:
        if locked.state == EtatRecit.ARRETE:
            keep(locked, actor=actor)
        touch_recit(locked)

    done = perform(
        recit, action, actor=actor, expected_state=expected_state, version=version, reason=reason,
        scope=scope_of(recit), before=before, effect=effect,
    )  # fmt: skip
    done.ingenierie, done.organisation = recit.ingenierie, recit.organisation
    return done


def keep(recit: Recit, *, actor: Actor) -> VersionRecit:
    """The version that holds what the récit says now: the last one when nothing changed since, else a new one.

    ``recit`` is locked, in a transaction.
    """
    return garder(recit, marque(recit), actor=actor)


def garder(recit: Recit, content: Mapping[str, Any], *, actor: Actor) -> VersionRecit:
    """The version that holds ``content``, marked, and what follows it. ``recit`` is locked, in a transaction."""
    text, last = canonical(content), derniere(recit)
    if last is not None and last.empreinte == digest(text):
        return last
    number = (VersionRecit.objects.filter(recit=recit).aggregate(n=Max("numero"))["n"] or 0) + 1
    version = VersionRecit(
        recit=recit, numero=number, contenu=text, par=actor.label[:200], note=_changes(last, content)
    )
    version.save()
    journal.record(
        actor,
        "capitalisation.recit_version",
        version,
        scope=scope_of(recit),
        changes={"numero": (None, version.numero), "empreinte": (None, version.empreinte)},
    )
    for follow in A_LA_VERSION:
        follow(recit)
    return version


def _changes(last: VersionRecit | None, content: Mapping[str, Any]) -> str:
    """« Changent : Coût, Séances. »: the rubriques that do not say what they said."""
    if last is None:
        return ""

    def told(data: Mapping[str, Any]) -> dict[str, Any]:
        return {r["code"]: r for partie in data["parties"] for r in partie["rubriques"]}

    was, plan = told(last.data), plan_of(content["genre"])
    names = [
        prevue.nom if (prevue := plan.rubrique(code)) else row["titre"]
        for code, row in told(content).items()
        if was.get(code) != row
    ]
    return shortened(f"Changent : {', '.join(names)}.", 300) if names else ""


def avancement(recit: Recit) -> tuple[int, int]:
    """How many rubriques say something, out of how many. One query."""
    codes = [one.code for one in plan_of(recit.genre).rubriques]
    rows = rubriques_of(recit)
    return sum(1 for code in codes if code in rows and rows[code].valeur is not None), len(codes)

"""Shared objectives, objectives of the evaluation, expected results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, lock_rows, remove
from core.errors import EditConflict, InvalidInput
from engagement.objectifs.enums import CADRE, NatureObjectif, NatureResultat
from engagement.objectifs.models import Objectif, ObjectifsProjet, ResultatAttendu
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, own, touch

journal.register_verbs(
    {
        "engagement.objectifs": "a modifié les objectifs",
        "engagement.resultat_ajoute": "a ajouté un résultat attendu",
        "engagement.resultat": "a modifié un résultat attendu",
        "engagement.resultat_retire": "a retiré un résultat attendu",
        "engagement.resultats_fixes": "a fixé définitivement un résultat attendu",
        "engagement.resultats_rouverts": "a rouvert un résultat attendu",
    }
)

OWN_MAX = 500
PRECISION_MAX = 1000
RESULTATS_MAX = 60


def state_of(ingenierie: Ingenierie) -> dict[str, Any]:
    """The objectives as the page edits them: ``retenu_<code>``, ``precision_<code>``, ``propres_<nature>``."""
    values: dict[str, Any] = {}
    for nature, cadre in CADRE.items():
        for code in cadre.values:
            values[f"retenu_{code}"], values[f"precision_{code}"] = False, ""
        values[f"propres_{nature}"] = ""
    own_lines: dict[str, list[str]] = {nature: [] for nature in CADRE}
    for row in Objectif.objects.filter(ingenierie=ingenierie):
        if row.code:
            values[f"retenu_{row.code}"], values[f"precision_{row.code}"] = True, row.precision
        else:
            own_lines[row.nature].append(row.texte)
    for nature, lines in own_lines.items():
        values[f"propres_{nature}"] = "\n".join(lines)
    return values


def split_lines(text: str) -> list[str]:
    """One own objective per line: blank lines and repetitions left out."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _wanted(values: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(current)
    if unknown:
        raise InvalidInput("Cet objectif n’existe pas : rechargez la page.")
    wanted = {**current, **values}
    for name, value in wanted.items():
        if name.startswith("precision_"):
            code = name.removeprefix("precision_")
            wanted[name] = value.strip() if wanted[f"retenu_{code}"] else ""
            if len(wanted[name]) > PRECISION_MAX:
                raise InvalidInput(f"Une précision fait {PRECISION_MAX} caractères au plus.")
        elif name.startswith("propres_"):
            lines = split_lines(value)
            if any(len(line) > OWN_MAX for line in lines):
                raise InvalidInput(f"Un objectif tient sur une ligne de {OWN_MAX} caractères au plus.")
            if len(lines) > 20:
                raise InvalidInput("Vingt objectifs propres par niveau au plus : peu d’objectifs, bien choisis.")
            wanted[name] = "\n".join(lines)
    return wanted


def _write_rows(ingenierie: Ingenierie, wanted: Mapping[str, Any]) -> None:
    """Make the rows say what the page says; a row that stays keeps its identity."""
    present = {(o.nature, o.code or o.texte): o for o in Objectif.objects.filter(ingenierie=ingenierie)}
    position = 0
    for nature, cadre in CADRE.items():
        rows = [(code, "", wanted[f"precision_{code}"]) for code in cadre.values if wanted[f"retenu_{code}"]]
        rows += [("", line, "") for line in split_lines(wanted[f"propres_{nature}"])]
        for code, texte, precision in rows:
            position += 1
            row = present.pop((nature, code or texte), None) or Objectif(
                ingenierie=ingenierie, nature=nature, code=code, texte=texte
            )
            if row.pk is None or (row.precision, row.position) != (precision, position):
                row.precision, row.position = precision, position
                row.save()
    Objectif.objects.filter(pk__in=[row.pk for row in present.values()]).delete()


def save_objectifs(
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> ObjectifsProjet:
    """Save the page of objectives: names of :func:`state_of`, ``objet`` and ``raisons``; what is not given stays.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict`` (its ``current`` carries the recorded page).
    """
    ensure_open(ingenierie, actor)
    texts = {name: values[name].strip() for name in ("objet", "raisons") if name in values}
    with transaction.atomic():
        page = own(ObjectifsProjet, ingenierie)
        try:
            locked = lock(page, expected_version)
        except EditConflict as conflict:
            for name, value in state_of(ingenierie).items():
                setattr(conflict.current, name, value)
            raise
        before = state_of(ingenierie)
        wanted = _wanted({k: v for k, v in values.items() if k not in ("objet", "raisons")}, before)
        changes = {name: (before[name], value) for name, value in wanted.items() if before[name] != value}
        for name, value in texts.items():
            if getattr(locked, name) != value:
                changes[name] = (getattr(locked, name), value)
                setattr(locked, name, value)
        if changes:
            _write_rows(ingenierie, wanted)
            locked.version += 1
            locked.save()
            journal.record(actor, "engagement.objectifs", locked, scope=ingenierie, changes=changes)
            touch(ingenierie.pk)
    return locked


def set_objectifs(
    ingenierie: Ingenierie,
    *,
    actor: Actor,
    strategiques: Iterable[str] | Mapping[str, str] | None = None,
    operationnels: Iterable[str] | Mapping[str, str] | None = None,
    propres_strategiques: Iterable[str] | None = None,
    propres_operationnels: Iterable[str] | None = None,
    objet: str | None = None,
    raisons: str | None = None,
    expected_version: int | None = None,
) -> ObjectifsProjet:
    """Fix the objectives: codes of the framework (or code → precision), own ones, object and reasons of the evaluation.

    A list that is given replaces the present one; what is ``None`` stays. Raises what :func:`save_objectifs` raises.
    """
    values: dict[str, Any] = {}
    for nature, chosen in ((NatureObjectif.STRATEGIQUE, strategiques), (NatureObjectif.OPERATIONNEL, operationnels)):
        if chosen is None:
            continue
        precisions = dict(chosen) if isinstance(chosen, Mapping) else dict.fromkeys(chosen, "")
        if set(precisions) - set(CADRE[nature].values):
            raise InvalidInput("Cet objectif n’est pas dans le cadre.")
        for code in CADRE[nature].values:
            values[f"retenu_{code}"] = code in precisions
            values[f"precision_{code}"] = precisions.get(code, "")
    if propres_strategiques is not None:
        values[f"propres_{NatureObjectif.STRATEGIQUE.value}"] = "\n".join(propres_strategiques)
    if propres_operationnels is not None:
        values[f"propres_{NatureObjectif.OPERATIONNEL.value}"] = "\n".join(propres_operationnels)
    if objet is not None:
        values["objet"] = objet
    if raisons is not None:
        values["raisons"] = raisons
    return save_objectifs(ingenierie, values, actor=actor, expected_version=expected_version)


# --- Expected results -----------------------------------------------------------------------------------------------


def _refuse_same(ingenierie: Ingenierie, libelle: str, exclude: int | None = None) -> None:
    if ingenierie.resultats.filter(libelle__iexact=libelle).exclude(pk=exclude).exists():
        raise InvalidInput("Ce résultat est déjà dans la liste.")


def _refuse_fixed(resultat: ResultatAttendu) -> None:
    if resultat.fixe:
        raise InvalidInput("Ce résultat est fixé définitivement : rouvrez les résultats pour le changer.")


def add_resultat(ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor) -> ResultatAttendu:
    """Add an expected result at the end of the list.

    ``values``: ``libelle``, ``nature``, ``indicateur``, the target (``cible_nombre`` with ``cible_unite``, ``cible`` in
    words), ``mesure`` with ``mesure_source``, ``mesure_quand``, ``mesure_qui`` (a function). A result of the same words
    is refused, so that a second click adds nothing. Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_open(ingenierie, actor)
    row = ResultatAttendu(ingenierie=ingenierie)
    if values.get("libelle"):
        _refuse_same(ingenierie, values["libelle"])
    try:
        with transaction.atomic():
            last = ingenierie.resultats.aggregate(n=Max("position"))["n"] or 0
            if ingenierie.resultats.count() >= RESULTATS_MAX:
                raise InvalidInput(f"{RESULTATS_MAX} résultats au plus : regroupez-les.")
            row.position = last + 1
            create(row, values, actor=actor, verb="engagement.resultat_ajoute", scope=ingenierie)
            touch(ingenierie.pk)
    except IntegrityError:
        _refuse_same(ingenierie, row.libelle)
        raise
    return row


def update_resultat(
    resultat: ResultatAttendu, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ResultatAttendu:
    """Change a result that is not fixed. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    ingenierie = resultat.ingenierie
    ensure_open(ingenierie, actor)
    if "libelle" in values:
        _refuse_same(ingenierie, values["libelle"], exclude=resultat.pk)
    values = checked(resultat, values)
    try:
        with transaction.atomic():
            _refuse_fixed(lock(resultat, expected_version))
            fresh = apply_changes(
                resultat,
                values,
                actor=actor,
                verb="engagement.resultat",
                expected_version=expected_version,
                scope=ingenierie,
            )
            touch(ingenierie.pk)
    except IntegrityError:
        _refuse_same(ingenierie, values["libelle"], exclude=resultat.pk)
        raise
    return fresh


def remove_resultat(resultat: ResultatAttendu, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take out a result that is not fixed. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    ingenierie = resultat.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(resultat, expected_version, typed=False)
        _refuse_fixed(locked)
        remove(locked, actor=actor, verb="engagement.resultat_retire", scope=ingenierie)
        touch(ingenierie.pk)


def set_resultats(ingenierie: Ingenierie, rows: Iterable[Mapping[str, Any]], *, actor: Actor) -> list[ResultatAttendu]:
    """Replace the whole list of expected results, all or nothing. Raises what adding and removing raise."""
    with transaction.atomic():
        for resultat in ingenierie.resultats.all():
            remove_resultat(resultat, actor=actor)
        return [add_resultat(ingenierie, row, actor=actor) for row in rows]


def fix_resultats(ingenierie: Ingenierie, *, actor: Actor) -> list[ResultatAttendu]:
    """Fix definitively every result (000, démarche 3/4). A quantitative one needs its target in number.

    Returns those just fixed. Raises ``NotAllowed``, ``InvalidInput`` naming what is missing.
    """
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        rows = sorted(lock_rows(ingenierie.resultats.all()), key=lambda row: (row.position, row.pk))
        if not rows:
            raise InvalidInput("Il n’y a pas encore de résultat à fixer.")
        without = [r.libelle for r in rows if r.nature == NatureResultat.QUANTITATIF and r.cible_nombre is None]
        if without:
            told = "Donnez une cible chiffrée aux résultats quantitatifs avant de les fixer."
            raise InvalidInput(told, reasons=without)
        return _set_fixed([r for r in rows if not r.fixe], True, ingenierie, actor, "engagement.resultats_fixes")


def reopen_resultats(ingenierie: Ingenierie, *, actor: Actor) -> list[ResultatAttendu]:
    """Take back the fixing of every result. Returns those just reopened. Raises ``NotAllowed``."""
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        rows = list(lock_rows(ingenierie.resultats.filter(fixe=True)))
        return _set_fixed(rows, False, ingenierie, actor, "engagement.resultats_rouverts")


def _set_fixed(
    rows: list[ResultatAttendu], fixe: bool, ingenierie: Ingenierie, actor: Actor, verb: str
) -> list[ResultatAttendu]:
    fresh = [
        apply_changes(row, {"fixe": fixe}, actor=actor, verb=verb, expected_version=None, scope=ingenierie)
        for row in rows
    ]
    if fresh:
        touch(ingenierie.pk)
    return fresh

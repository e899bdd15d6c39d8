"""What keeps a budget from being balanced or sure, said in words: one sentence per cause, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core import clock
from core.formats import format_date, format_money_plain, plural
from engagement.budget.enums import CREDITS_DES_DLA
from engagement.budget.models import LigneRessource
from engagement.budget.summary import BudgetLu
from engagement.budget.tva import ZERO

money = format_money_plain


@dataclass(frozen=True, slots=True)
class Explication:
    """A sentence, whether it keeps the budget from being balanced, and the line it is about."""

    texte: str
    bloque: bool = False
    sorte: str = ""
    ligne: int = 0


def _gap(lu: BudgetLu) -> Iterator[Explication]:
    b = lu.balance
    if b.vide:
        yield Explication("Rien n’est encore chiffré : ajoutez les charges, puis qui les finance.", True)
    elif not b.charges:
        yield Explication(f"Aucune charge n’est écrite, pour {money(b.ressources)} de ressources.", True)
    elif not b.ressources:
        yield Explication(f"Il manque {money(b.charges)} : aucun financeur ne finance encore les charges.", True)
    elif b.ecart < 0:
        yield Explication(
            f"Il manque {money(-b.ecart)} : les charges s’élèvent à {money(b.charges)}, les ressources à "
            f"{money(b.ressources)}.",
            True,
        )
    elif b.ecart > 0:
        yield Explication(
            f"{money(b.ecart)} de trop : les ressources s’élèvent à {money(b.ressources)}, les charges à "
            f"{money(b.charges)}. Baissez une demande ou complétez les charges.",
            True,
        )


def _mixed(lu: BudgetLu) -> Iterator[Explication]:
    for c in lu.charges:
        if c.mele:
            yield Explication(
                f"HT et TTC mêlés : la charge « {c.libelle} » est en {c.get_base_display()} dans un budget "
                f"{lu.regime} ; donnez son taux de TVA pour la convertir.",
                True, "charges", c.pk,
            )  # fmt: skip
    for r in lu.ressources:
        if r.mele:
            yield Explication(
                f"HT et TTC mêlés : les montants de « {r.nom} » sont dits {r.get_base_display()} dans un budget "
                f"{lu.regime} ; demandez-les en {lu.regime}.",
                True, "ressources", r.pk,
            )  # fmt: skip


def _ressource(r: LigneRessource) -> Iterator[Explication]:
    where = ("ressources", r.pk)
    if r.obtenu is None:
        if r.date_decision is None:
            yield Explication(f"« {r.nom} » : {money(r.demande)} demandés, sans date de décision.", False, *where)
        elif r.date_decision < clock.today():
            yield Explication(
                f"« {r.nom} » : la décision était attendue le {format_date(r.date_decision)} ; notez ce qui a été "
                f"accordé, ou la nouvelle date.", False, *where,
            )  # fmt: skip
        else:
            yield Explication(
                f"« {r.nom} » : {money(r.demande)} demandés, décision attendue le {format_date(r.date_decision)}.",
                False, *where,
            )  # fmt: skip
        return
    if r.demande is not None and r.obtenu == ZERO:
        yield Explication(f"« {r.nom} » a refusé les {money(r.demande)} demandés.", False, *where)
    elif r.demande is not None and r.obtenu < r.demande:
        yield Explication(
            f"« {r.nom} » a accordé moins que demandé : {money(r.obtenu)} au lieu de {money(r.demande)}, soit "
            f"{money(r.demande - r.obtenu)} de moins.", False, *where,
        )  # fmt: skip
    if r.date_decision is None:
        yield Explication(f"« {r.nom} » : montant obtenu, mais sans date de décision.", False, *where)


def _overlap(lu: BudgetLu) -> Iterator[Explication]:
    kinds = {r.nature for r in lu.ressources if r.compte}
    if kinds & set(CREDITS_DES_DLA) and kinds - set(CREDITS_DES_DLA) and not lu.cadre.non_superposition.strip():
        yield Explication(
            "Des crédits d’ingénierie s’ajoutent à d’autres financements : dites comment vous avez vérifié qu’aucun ne "
            "porte déjà sur la même action (« HT ou TTC, vérifications »)."
        )


def explain(lu: BudgetLu) -> list[Explication]:
    """Why the budget is not balanced, then what is not sure in it. Empty when nothing is left to settle."""
    told = [*_gap(lu), *_mixed(lu)]
    for r in lu.ressources:
        told += _ressource(r)
    told += _overlap(lu)
    return told


def summary_of(told: list[Explication]) -> str:
    """« 2 causes de déséquilibre, 1 point à suivre »."""
    blocking = sum(e.bloque for e in told)
    parts = [plural(blocking, "cause de déséquilibre", "causes de déséquilibre")] if blocking else []
    if len(told) > blocking:
        parts.append(plural(len(told) - blocking, "point à suivre", "points à suivre"))
    return ", ".join(parts)

"""Who may do what with a diagnostic. Deny by default; each refusal has its sentence.

A diagnostic is read by the DLA that keeps it, the C2RA of the région and the AVISE. Another DLA that shares an
ingénierie with the structure reads its sheet, never its diagnostics: only that there is one
(``structures.registry.HISTORY``). Plans follow the same rule.
"""

from __future__ import annotations

import rules

from accounts.annuaires import rights
from core.actor import Actor


@rules.predicate
def can_view(actor: Actor, kept) -> bool:
    """May read it whole: same answer as ``visible_to(actor)``. ``kept`` is a diagnostic, a plan or the structure."""
    return rights.reads(actor, kept)


def why_not_write(actor: Actor, kept) -> str | None:
    """Why ``actor`` may not write it, or ``None``: members (not read-only) of the organisation that keeps it.

    ``kept`` is a diagnostic, a plan or the structure they are about.
    """
    return rights.why_not_write(
        actor,
        kept,
        f"L’accompagnement de cette structure est tenu par {kept.organisation} : seuls ses membres y écrivent.",
    )


@rules.predicate
def can_write(actor: Actor, kept) -> bool:
    return why_not_write(actor, kept) is None


rules.add_perm("structures.diagnostic_view", can_view)
rules.add_perm("structures.diagnostic_write", can_write)

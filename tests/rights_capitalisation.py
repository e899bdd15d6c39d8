"""Who gets what of the capitalisation: part of tests/rights_dossier.py."""

from __future__ import annotations

from tests.rights_comite import COMITE
from tests.rights_lines import ALLOWED, Line, _same, act, edit, read
from tests.rights_usages import USAGES

_ROW = {
    "quoi": "Pris", "nature": "methode", "destinataire": "structures", "responsable": "porteuse", "forme": "guide",
    "ton": "convivial",
}  # fmt: skip


def _to(name: str):
    return lambda w: [w.dossier.pk, getattr(w, name).pk]


def _version(name: str, **more):
    return lambda w: {**more, "version": str(getattr(w, name).version)}


CAPITALISATION: dict[str, Line] = {
    **COMITE,
    "capitalisation:transfert": read(),
    "capitalisation:transfert_commencer": act(written=422),  # it is begun already
    "capitalisation:transfert_action": act(
        data=lambda w: {"action": "decider", "expected_state": "brouillon", "version": str(w.transfert.version)}
    ),
    "capitalisation:transfert_ecrire": edit(
        lambda w: [w.dossier.pk, "nature"], _version("transfert", methode="Prise")
    ),
    "capitalisation:transfert_apercu": Line(lambda w: [w.dossier.pk], None, _same(ALLOWED, 404)),
    "capitalisation:transfert_docx": read(),
    "capitalisation:transfert_ligne_ajouter": edit(data=lambda w: _ROW),
    "capitalisation:transfert_ligne": edit(_to("transfert_ligne"), _version("transfert_ligne", **_ROW)),
    # A row is followed once the plan is decided.
    "capitalisation:transfert_ligne_suivre": edit(
        _to("transfert_ligne"), _version("transfert_ligne", fait_le="2026-11-20"), owner=403, written=403
    ),
    "capitalisation:transfert_ligne_retirer": act(_to("transfert_ligne"), _version("transfert_ligne")),
    "capitalisation:consentements": read(),
    "capitalisation:consentement_ajouter": edit(data=lambda w: {"structure": str(w.ciblee.pk), "personne": "Prise"}),
    "capitalisation:consentements_reprendre": act(),
    "capitalisation:consentements_demander": act(data=lambda w: {"consentement": str(w.consentement.pk)}),
    "capitalisation:consentement": edit(_to("consentement"), _version("consentement", email="pris@example.org")),
    "capitalisation:consentement_noter": edit(
        _to("consentement"),
        _version("consentement", etat="accorde", le="2026-11-20", moyen="reunion", dit_par="Elle"),
    ),
    "capitalisation:consentement_oublier": act(_to("consentement"), _version("consentement")),
    **USAGES,
}  # fmt: skip

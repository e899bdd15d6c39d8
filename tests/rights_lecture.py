"""The rights table: the reading of the propositions, the decision of a call, the retained project."""

from __future__ import annotations

from tests.rights_lines import Line, _same, act, edit, read, theirs


def _prete(w) -> list:
    return [w.prete.dossier.pk, w.prete.appel.pk]


def _critere(w) -> list:
    return [*_prete(w), w.critere.pk]


def _lue(w) -> list:
    return [w.lue.dossier.pk, w.lue.appel.pk]


def _candidat(w) -> list:
    return [*_lue(w), w.lue.invitations[0].pk]


def _jugee(w) -> list:
    return [w.jugee.dossier.pk, w.jugee.appel.pk]


def _choix(w) -> list:
    return [w.jugee.dossier.pk, w.retenue.pk]


def _invite(w) -> list:
    return [w.lue.invitations[0].pk]


_CRITERE = {"famille": "couts", "intitule": "Pris", "dont": "", "poids": ""}
_LECTEUR = {"organisme": "Prise", "nom": "X", "email": "pris@example.org"}
_AVIS = {"sens": "valide", "mode": "reunion", "date": "2026-11-21", "qui": "Le comité de pilotage"}


def _decision(w) -> dict:
    return {
        "version": str(w.lue.appel.version), "retenu": str(w.lue.invitations[0].pk), "date": "2026-11-21",
        "choisi_par": "avec", "decideurs": "Pris", "motifs": "Pris",
    }  # fmt: skip


LECTURE: dict[str, Line] = {
    "consultations:lecture": read(_lue),
    "consultations:grille_commencer": act(_prete),
    "consultations:critere_ajouter": edit(_prete, lambda w: _CRITERE),
    "consultations:critere_modifier": edit(_critere, lambda w: {**_CRITERE, "version": "1"}),
    "consultations:critere_retirer": act(_critere),
    "consultations:lecteur_moi": act(_lue),
    "consultations:lecteurs_liens": act(_lue),
    "consultations:lecteur_ajouter": edit(lambda w: [*_lue(w), "copil"], lambda w: _LECTEUR),
    "consultations:lecteur_retirer": act(lambda w: [*_lue(w), w.lecteur.pk]),
    "consultations:lecteur_entretien": edit(
        lambda w: [*_lue(w), w.lecteur.pk],
        lambda w: {"le": "2026-11-21", "avec": "Prise", "version": str(w.lecteur.version)},
    ),
    "consultations:lecteur_saisie": edit(
        lambda w: [*_lue(w), w.rencontre.pk],
        lambda w: {"action": "declarer", "conflit": "non", "version": str(w.rencontre.version)},
    ),
    "consultations:lecteur_saisie_proposition": edit(
        lambda w: [*_lue(w), w.rencontre.pk, w.lue.invitations[0].pk], lambda w: {"couts": "Pris", "version": "0"}
    ),
    # Who does not read the propositions has no reading of her own; and waits to see those of the others.
    "consultations:ma_lecture": Line(
        _lue,
        _same(404, 404),
        _same(404, 404),
        lambda w: {"action": "declarer", "conflit": "non", "version": str(w.evaluateur.version)},
    ),
    "consultations:ma_lecture_proposition": Line(
        _candidat, _same(404, 404), _same(404, 404), lambda w: {"couts": "Pris", "version": "1"}
    ),
    "consultations:comparaison": Line(_lue, _same(403, 404), None),
    "consultations:precision_demander": edit(_candidat, lambda w: {"famille": "couts", "question": "Pris ?"}),
    # Posted without the button that decides, it shows who would receive what.
    "consultations:decider": edit(_lue, _decision, written=200),
    "consultations:dossier_demander": act(_jugee),
    "consultations:dossier_fichier": Line(lambda w: [*_jugee(w), w.zip.pk], _same(404, 404), None),
    "consultations:projet": read(_choix),
    "consultations:projet_commenter": read(_choix, lambda w: {"rubrique": "prix", "texte": "Pris"}),
    "consultations:projet_solliciter": edit(
        _choix, lambda w: {"structure": str(w.jugee.ciblees[0].pk), "nom": "X", "email": "pris@example.org"}
    ),
    "consultations:projet_avis": edit(_choix, lambda w: _AVIS),
    "consultations:projet_section": edit(
        lambda w: [*_choix(w), "note"], lambda w: {"champs-version": "0", "champs-note": "Prise", "montree": "1"}
    ),
    # The candidate's own pages: nobody's of the staff.
    **{
        f"{name}": theirs(args, data, get=True, post=post)
        for name, args, data, post in (
            ("lecture:precisions", _invite, {}, False),
            ("lecture:precision", lambda w: [*_invite(w), w.precision.pk], {"reponse": "Prise", "version": "1"}, True),
            ("lecture:grille", _invite, {}, False),
            ("projet:restitution", lambda w: [w.jugee.invitations[0].pk], {}, False),
            ("projet:projet", lambda w: [w.retenue.pk], {}, False),
            ("projet:commenter", lambda w: [w.retenue.pk], {"rubrique": "prix", "texte": "Pris"}, True),
            ("projet:section", lambda w: [w.retenue.pk, "note"], {"champs-note": "Prise", "montree": "1"}, True),
        )
    },
}

"""Who gets what from every route: the table, and what lists must not show. Tested by test_rights_everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from consultations.cahier.services import DOCUMENT_CAHIER
from tests.core.document_sample import PIXEL
from tests.rights_data import (
    _NOT_C2RA,
    _PROPOSEE,
    PARTENAIRE,
    _besoin,
    _contact,
    _contact_structure,
    _diagnostic,
    _import_file,
    _kept,
    _plan,
    _plan_version,
    _pooled,
    _source,
    _structure,
    _version,
)
from tests.rights_dossier import DOSSIER
from tests.rights_lines import (
    ALLOWED,
    ANYTHING,
    STRANGERS,
    Line,
    _open,
    _organisation,
    _same,
    act,
    edit,
    listing,
    opening,
    operator,
    own,
    read,
)
from tests.rights_world import PDF

SEANCE = {"debut": "2026-12-10T14:00", "heure_fin": "16:00", "fuseau": "Europe/Paris"}

TABLE: dict[str, Line] = {
    "portal:accueil": listing(),
    "portal:echeancier": listing(),
    "portal:echeancier_ingenierie": read(),
    "portal:agenda": Line(lambda w: [], _same(ANYTHING, ANYTHING), None, owner=ANYTHING),
    "portal:agenda_action": Line(lambda w: ["creer"], None, _same(ANYTHING, ANYTHING), owner=ANYTHING),
    "core:job_detail": Line(lambda w: [w.job.pk], _same(404, 404), None),
    "core:document": Line(lambda w: [w.document.pk], _same(ALLOWED, 404), None),
    "core:document_request": Line(lambda w: [DOCUMENT_CAHIER, w.cahier.pk], None, _same(ALLOWED, 404)),
    "core:verifier": own(),
    "core:piece": Line(lambda w: [w.piece.pk], _same(ALLOWED, 404), None),
    "core:piece_remove": edit(lambda w: [w.piece.pk]),
    "core:piece_add": edit(
        lambda w: ["projects.ingenierie", w.dossier.pk], lambda w: {"fichier": ContentFile(PDF + b"%", name="b.pdf")}
    ),
    "core:exploitation": operator(lambda w: [], posts=False),
    "core:job_retry": operator(lambda w: [w.job.pk], posts=True),
    "core:mail_detail": operator(lambda w: [w.mail.pk], posts=False),
    "core:mail_retry": operator(lambda w: [w.mail.pk], posts=True),
    # Imports: one's own file, into the directory of one's own organisation
    "core:import_new": opening(_import_file, lambda w: ["structures"]),
    "core:import_template": opening(None, lambda w: ["structures", "csv"]),
    "core:import_detail": Line(_source, _same(404, 404), None),
    "core:import_errors": Line(_source, _same(404, 404), None),
    "core:import_start": Line(_source, None, _same(404, 404)),
    "core:import_cancel": Line(_source, None, _same(404, 404)),
    # People and organisations
    "accounts:profil": own(),
    "accounts:donnees": own(),
    "accounts:donnees_fichier": Line(lambda w: [w.donnees.pk], _same(404, 404), None),
    "accounts:organisations": listing(),
    "accounts:organisation": Line(_organisation, _same(ALLOWED, 404), None),
    "accounts:switch": Line(_organisation, None, _same(ALLOWED, 404)),
    "accounts:organisation_update": edit(_organisation, _version(address="Ailleurs")),
    "accounts:organisation_journal": Line(_organisation, _same(403, 404), None),
    "accounts:papiers": Line(_organisation, _same(ALLOWED, 404), None),
    "accounts:logo_ajouter": edit(
        _organisation, lambda w: {"fichier": ContentFile(PIXEL, name="logo.png"), "alt": "Logo de A"}
    ),
    "accounts:logo_retirer": act(lambda w: [w.a.pk, w.logo.pk]),
    "accounts:invite": edit(_organisation, lambda w: {"email": "moi@example.org", "role": "responsable"}),
    "accounts:member_role": act(
        lambda w: [w.a.pk, w.colleague.pk], lambda w: {"role": "lecture", "expected_role": "charge_mission"}
    ),
    "accounts:organisation_reprise": Line(lambda w: [w.b.pk], _same(404, 404), _same(404, 404), owner=404),
    "portal:installation": operator(lambda w: [], posts=False),
    "portal:ouvrir": Line(lambda w: [], _same(404, 404), _same(404, 404), owner=404),
    "accounts:passation": Line(lambda w: [w.passation.pk], _same(404, 404), _same(404, 404)),
    "accounts:member_handover": edit(lambda w: [w.a.pk, w.colleague.pk], lambda w: {"end": "on"}),
    "accounts:lien_envoyer": edit(
        lambda w: ["questionnaire-partenaire", w.associe.pk], lambda w: {"name": "Moi", "email": "moi@example.org"}
    ),
    "accounts:lien_renvoyer": act(lambda w: [w.lien.pk], _version()),
    "accounts:lien_remplacer": act(lambda w: [w.lien_repondu.pk], _version()),
    "accounts:lien_revoquer": act(lambda w: [w.lien.pk], _version()),
    **dict.fromkeys(
        (
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
        ),
        own(),
    ),
    # Of one's own keys only: the key of somebody else is tried in the tests of accounts.
    **dict.fromkeys(
        ("mfa_edit_webauthn", "mfa_remove_webauthn"),
        Line(lambda w: [1], _same(ANYTHING, ANYTHING), _same(ANYTHING, ANYTHING), owner=ANYTHING),
    ),
    # Directories: structures are the DLA's own, partners are read in the région
    "structures:liste": listing(sans=403, ancien=403),
    "structures:nouvelle": opening(_structure),
    "structures:detail": Line(lambda w: [w.structure.pk], _same(ALLOWED, 404), None),
    "structures:modifier": edit(lambda w: [w.structure.pk], _structure),
    "structures:retirer": edit(lambda w: [w.structure.pk], _version(reason="Dissoute")),
    "structures:reprendre": act(lambda w: [w.structure.pk]),
    "structures:journal": Line(lambda w: [w.structure.pk], _same(ALLOWED, 404), None),
    # Diagnostics: the neighbour who reads the sheet of the structure does not read them
    "structures:diagnostic_nouveau": act(lambda w: [w.structure.pk]),
    "structures:diagnostic": Line(_diagnostic, _same(ALLOWED, 404), None),
    "structures:diagnostic_action": act(_diagnostic, _version(action="partager", expected_state="brouillon")),
    "structures:diagnostic_rubrique": edit(lambda w: [w.diagnostic.pk, "forces"], _version(forces="Pris")),
    "structures:besoin_nouveau": edit(_diagnostic, _besoin),
    "structures:besoin": edit(lambda w: [w.diagnostic.besoins.get().pk], _besoin),
    "structures:besoin_retirer": act(lambda w: [w.diagnostic.besoins.get().pk]),
    "structures:diagnostic_reponse": edit(
        lambda w: [w.partage.pk],
        lambda w: {"reponse": "valide", "nom": "Pris", "mode": "telephone", "date": "2026-11-20"},
    ),
    "structures:diagnostic_version": Line(lambda w: [w.partage.pk, 1], _same(ALLOWED, 404), None),
    "structures:diagnostic_journal": Line(_diagnostic, _same(ALLOWED, 404), None),
    "structures:contact_ajouter": edit(lambda w: [w.structure.pk], lambda w: {"function": "Prise"}),
    "structures:contact": edit(_contact_structure, _version(function="Prise")),
    "structures:contact_retirer": Line(_contact_structure, None, _same(403, 404), _version()),
    "structures:contact_principal": Line(_contact_structure, None, _same(403, 404), _version()),
    "structures:doublons": opening(None),
    "structures:distinctes": Line(
        lambda w: [],
        None,
        _same(403, 404),
        lambda w: {"une": str(w.structure.pk), "autre": str(w.libre.pk)},
    ),
    "structures:reunir_choisir": Line(lambda w: [w.structure.pk], _same(403, 404), None),
    "structures:reunir": edit(lambda w: [w.structure.pk, w.libre.pk], lambda w: {"version": "1", "version-autre": "1"}),
    "structures:echeances": listing(sans=403, ancien=403),
    "structures:plan_nouveau": act(lambda w: [w.structure.pk]),
    "structures:plan": Line(_plan, _same(ALLOWED, 404), None),
    "structures:plan_action": act(  # rows are open
        _plan, lambda w: {"action": "clore", "expected_state": "en_cours", **_plan_version(w)}, written=409
    ),
    "structures:plan_modifier": edit(_plan, lambda w: {"modalites_suivi": "Pris", **_plan_version(w)}),
    # The plan starts from no diagnostic: there is no need to take.
    "structures:plan_besoins": act(_plan, lambda w: {"besoin": "1"}, written=422),
    "structures:ligne_nouvelle": edit(_plan, lambda w: {"difficulte": "Prise"}),
    "structures:ligne": Line(
        lambda w: [w.ligne.pk], _same(ALLOWED, 404), _same(403, 404), _version(etat="fait", note="Pris")
    ),
    "structures:ligne_modifier": edit(lambda w: [w.ligne.pk], _version(difficulte="Prise")),
    "structures:ligne_retirer": act(lambda w: [w.ligne.pk]),
    "structures:ligne_deplacer": act(lambda w: [w.ligne.pk], lambda w: {"sens": "1"}),
    "structures:mission_nouvelle": edit(_plan, lambda w: {"objectif_general": "Pris"}),
    "structures:mission": edit(lambda w: [w.mission.pk], _version(objectif_general="Pris")),
    "structures:mission_retirer": act(lambda w: [w.mission.pk]),
    "structures:plan_actualiser": edit(_plan, lambda w: {"motif": "Pris", **_plan_version(w)}),
    "structures:plan_actualisation": Line(lambda w: [w.plan.pk, 1], _same(ALLOWED, 404), None),
    "structures:plan_reponse": edit(
        _plan, lambda w: {"reponse": "valide", "nom": "Pris", "mode": "telephone", "date": "2026-11-20"}
    ),
    "structures:plan_journal": Line(_plan, _same(ALLOWED, 404), None),
    # Published fiches are read by every organisation of the dispositif.
    "recherche:recherche": listing(sans=403, ancien=403),
    "recherche:selections": listing(sans=403, ancien=403),
    "recherche:selection": Line(lambda w: [w.selection.pk], _same(ALLOWED, 404), None),
    "recherche:selection_partager": opening(lambda w: {"p": str(w.montre.pk), "titre": "À moi"}),
    "recherche:comparer": listing(sans=403, ancien=403),
    "recherche:fiche": Line(lambda w: [w.publication.pk], _open(sans=403, ancien=403), None),
    # A DLA asks the C2RA of its own région.
    "recherche:demander": Line(lambda w: [], None, _open(lecture=403, c2ra_loin=403, sans=403, ancien=403)),
    "recherche:favori": Line(lambda w: [w.prestataire.pk], None, _open(sans=403, ancien=403), lambda w: {}),
    "directory:liste": listing(sans=403, ancien=403),
    "directory:doublons": listing(sans=403, ancien=403),
    "directory:distinctes": Line(
        lambda w: [],
        None,
        _same(403, 404, voisin=403),
        lambda w: {"une": str(w.partenaire.pk), "autre": str(w.autre_partenaire.pk)},
    ),
    "directory:reunir_choisir": Line(lambda w: [w.partenaire.pk], _same(403, 404, voisin=403), None),
    "directory:reunir": _kept(
        lambda w: [w.partenaire.pk, w.autre_partenaire.pk], lambda w: {"version": "1", "version-autre": "1"}
    ),
    "directory:nouveau": opening(lambda w: PARTENAIRE),
    "directory:detail": Line(lambda w: [w.partenaire.pk], _same(ALLOWED, 404, voisin=ALLOWED), None),
    "directory:journal": Line(lambda w: [w.partenaire.pk], _same(ALLOWED, 404, voisin=ALLOWED), None),
    "directory:modifier": Line(
        lambda w: [w.partenaire.pk],
        _same(403, 404, voisin=403),
        _same(403, 404, voisin=403),
        lambda w: PARTENAIRE | {"version": "1"},
    ),
    "directory:retirer": Line(
        lambda w: [w.partenaire.pk], _same(403, 404, voisin=403), _same(403, 404, voisin=403), _version(reason="Fini")
    ),
    "directory:contact_ajouter": _kept(lambda w: [w.partenaire.pk], lambda w: {"function": "Prise"}),
    "directory:contact": _kept(_contact, _version(function="Prise")),
    "directory:contact_retirer": Line(_contact, None, _same(403, 404, voisin=403), _version()),
    "directory:contact_principal": Line(_contact, None, _same(403, 404, voisin=403), _version()),
    "directory:reprendre": Line(lambda w: [w.partenaire.pk], None, _same(403, 404, voisin=403)),
    # Sessions of the comité d'appui: the DLA's own
    "comite:liste": listing(sans=403, ancien=403, c2ra_loin=403),
    "comite:nouvelle": opening(lambda w: {**SEANCE, "lieu": "Ici"}, c2ra_loin=403),
    "comite:seance": Line(lambda w: [w.seance.pk], _same(ALLOWED, 404), None),
    "comite:modifier": edit(lambda w: [w.seance.pk], lambda w: {**SEANCE, "lieu": "Pris", "version": w.seance.version}),
    "comite:synthese": edit(lambda w: [w.seance.pk], lambda w: {"presents": "Pris", "version": w.seance.version}),
    "comite:action": act(
        lambda w: [w.seance.pk],
        lambda w: {"action": "convoquer", "expected_state": "preparation", "version": w.seance.version},
    ),
    "comite:reconvoquer": act(lambda w: [w.convoquee.pk], lambda w: {"version": w.convoquee.version}),
    "comite:journal": Line(lambda w: [w.seance.pk], _same(ALLOWED, 404), None),
    "comite:membre_ajouter": edit(lambda w: [w.seance.pk], lambda w: {"nom": "Moi", "organisme": "À moi"}),
    "comite:membre": edit(
        lambda w: [w.seance.pk, w.membre_seance.pk], _version(nom="Pris", organisme="Pris", email="membre@example.org")
    ),
    "comite:membre_retirer": act(lambda w: [w.seance.pk, w.membre_seance.pk], _version()),
    "comite:membre_convoquer": act(lambda w: [w.convoquee.pk, w.membre_convoquee.pk]),
    "comite:point_ajouter": edit(lambda w: [w.seance.pk], lambda w: {"ingenierie": w.dossier.pk}),
    "comite:point_retirer": act(lambda w: [w.seance.pk, w.point_seance.pk]),
    "comite:point_deplacer": act(lambda w: [w.seance.pk, w.point_seance.pk], lambda w: {"sens": "monter"}),
    "comite:avis": edit(
        lambda w: [w.tenue.pk, w.point_tenue.pk],
        lambda w: {"sens": "favorable", "version": w.dossier.avis_comites.get().version},
    ),
    "comite:avis_membre": edit(
        lambda w: [w.seance.pk, w.point_seance.pk, w.membre_seance.pk], lambda w: {"sens": "favorable", "version": "0"}
    ),
    # Needs
    "besoins:radar": listing(sans=403, ancien=403),
    "besoins:structures": listing(sans=403, ancien=403),
    "besoins:ouvrir": opening(lambda w: {}),
    "besoins:mutualisations": listing(sans=403, ancien=403),
    "besoins:mutualisation_nouvelle": Line(lambda w: [], _NOT_C2RA, _NOT_C2RA, owner=403),
    "besoins:mutualisation": Line(_pooled, _same(ALLOWED, 404, voisin=ALLOWED), None),
    "besoins:mutualisation_repondre": Line(
        _pooled,
        None,
        _same(403, 404, voisin=ALLOWED),
        lambda w: {"reponse": "decline", "commentaire": "Non.", "version": "1"},
    ),
    "besoins:mutualisation_renvoyer": Line(_pooled, None, _same(403, 404, voisin=403), lambda w: {}, owner=403),
    "besoins:mutualisation_ouvrir": Line(
        _pooled, None, _same(403, 404, voisin=403), lambda w: _PROPOSEE | {"titre": "Pris"}, owner=403
    ),
    "besoins:mutualisation_abandonner": Line(
        _pooled, None, _same(403, 404, voisin=403), lambda w: _PROPOSEE | {"reason": "Pris"}, owner=403
    ),
    # Ingénieries
    **DOSSIER,
}

#: What must not be read of A on the pages that answer to anybody: by route, who must not read what.
HIDDEN: dict[str, tuple[tuple[str, ...], Callable[[Any], str]]] = {
    "projects:list": (STRANGERS, lambda w: w.dossier.titre),
    "projects:kanban": (STRANGERS, lambda w: w.dossier.titre),
    # The home page of a neighbour tells what moves in the région.
    "bibliotheque:mes_ressources": (STRANGERS, lambda w: w.ressource.titre),
    "portal:echeancier": (STRANGERS, lambda w: w.dossier.titre),
    "portal:accueil": (("loin", "c2ra_loin", "ancien", "sans"), lambda w: w.dossier.titre),
    "consultations:consulter": (STRANGERS, lambda w: w.dossier.titre),
    "engagement:prestataires_associer": (STRANGERS, lambda w: w.dossier.titre),
    "recherche:selections": (STRANGERS, lambda w: w.selection.titre),
    "structures:liste": (STRANGERS, lambda w: w.structure.name),
    "comite:liste": (STRANGERS, lambda w: f"/comite-appui/{w.seance.pk}/"),
    "comite:nouvelle": (STRANGERS, lambda w: w.membre_seance.organisme),
    "structures:nouvelle": (STRANGERS, lambda w: w.structure.name),
    "structures:doublons": (STRANGERS, lambda w: w.structure.name),
    "structures:echeances": (STRANGERS, lambda w: w.ligne.difficulte),
    "directory:liste": (("loin", "c2ra_loin"), lambda w: w.partenaire.name),
    "portfolio:reprises": (STRANGERS, lambda w: w.reprise.name),
    "accounts:organisations": (STRANGERS, lambda w: f"/organisations/{w.a.pk}/"),
}

"""Who gets what from every route: the table, and what lists must not show. Tested by test_rights_everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from consultations.services import DOCUMENT_CAHIER
from tests.rights_data import (
    _NOT_C2RA,
    _PROPOSEE,
    ASSOCIE,
    PARTENAIRE,
    _besoin,
    _budget,
    _charge,
    _diagnostic,
    _identite,
    _import_file,
    _plan,
    _plan_version,
    _pooled,
    _section,
    _source,
    _structure,
    _version,
)
from tests.rights_lines import (
    ALLOWED,
    ANYTHING,
    STRANGERS,
    Line,
    _open,
    _organisation,
    _pk,
    _same,
    act,
    edit,
    listing,
    opening,
    operator,
    own,
    published,
    read,
    theirs,
    under,
)
from tests.rights_world import PDF

TABLE: dict[str, Line] = {
    "portal:accueil": listing(),
    "portal:echeancier": listing(),
    "portal:echeancier_ingenierie": read(),
    "portal:agenda": Line(lambda w: [], _same(ANYTHING, ANYTHING), None, owner=ANYTHING),
    "portal:agenda_action": Line(lambda w: ["creer"], None, _same(ANYTHING, ANYTHING), owner=ANYTHING),
    "core:job_detail": Line(lambda w: [w.job.pk], _same(404, 404), None),
    "core:document": Line(lambda w: [w.document.pk], _same(ALLOWED, 404), None),
    "core:document_request": Line(lambda w: [DOCUMENT_CAHIER, w.cahier.pk], None, _same(ALLOWED, 404)),
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
    "accounts:organisations": listing(),
    "accounts:organisation": Line(_organisation, _same(ALLOWED, 404), None),
    "accounts:switch": Line(_organisation, None, _same(ALLOWED, 404)),
    "accounts:organisation_update": edit(_organisation, _version(address="Ailleurs")),
    "accounts:organisation_journal": Line(_organisation, _same(403, 404), None),
    "accounts:invite": edit(_organisation, lambda w: {"email": "moi@example.org", "role": "responsable"}),
    "accounts:invitation_resend": act(lambda w: [w.a.pk, w.invitation.pk], _version()),
    "accounts:invitation_revoke": act(lambda w: [w.a.pk, w.invitation.pk], _version()),
    "accounts:member_role": act(
        lambda w: [w.a.pk, w.colleague.pk], lambda w: {"role": "lecture", "expected_role": "charge_mission"}
    ),
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
    "structures:plan_journal": Line(_plan, _same(ALLOWED, 404), None),
    # Published fiches are read by every organisation of the dispositif.
    "recherche:recherche": listing(sans=403, ancien=403),
    "recherche:comparer": listing(sans=403, ancien=403),
    "recherche:fiche": Line(lambda w: [w.publication.pk], _open(sans=403, ancien=403), None),
    "recherche:favori": Line(lambda w: [], None, _open(sans=403, ancien=403), lambda w: {"favori": w.prestataire.pk}),
    "directory:liste": listing(sans=403, ancien=403),
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
    "directory:reprendre": Line(lambda w: [w.partenaire.pk], None, _same(403, 404, voisin=403)),
    # Sessions of the comité d'appui: the DLA's own
    "comite:liste": listing(sans=403, ancien=403, c2ra_loin=403),
    "comite:nouvelle": opening(lambda w: {"debut": "2026-12-10T14:00", "lieu": "Ici"}, c2ra_loin=403),
    "comite:seance": Line(lambda w: [w.seance.pk], _same(ALLOWED, 404), None),
    "comite:modifier": edit(
        lambda w: [w.seance.pk], lambda w: {"debut": "2026-12-10T14:00", "lieu": "Pris", "version": w.seance.version}
    ),
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
    "besoins:mutualisation_ouvrir": Line(
        _pooled, None, _same(403, 404, voisin=403), lambda w: _PROPOSEE | {"titre": "Pris"}, owner=403
    ),
    "besoins:mutualisation_abandonner": Line(
        _pooled, None, _same(403, 404, voisin=403), lambda w: _PROPOSEE | {"reason": "Pris"}, owner=403
    ),
    # The dossier
    "projects:list": listing(),
    "projects:kanban": listing(),
    "projects:create": opening(lambda w: {"titre": "À moi", "pilote": str(w.a.pk)}),
    "projects:ligne_ouvrir": edit(lambda w: [w.ligne.pk], lambda w: {"titre": "Prise", "pilote": str(w.a.pk)}),
    "projects:ligne_ouvrir_individuelle": edit(lambda w: [w.ligne.pk], lambda w: {"titre": "Prise"}),
    "projects:ligne_rattacher": edit(lambda w: [w.ligne.pk], lambda w: {"ingenierie": str(w.dossier.pk)}),
    "projects:ligne_detacher": edit(lambda w: [w.rattachee.pk]),
    "projects:create_individuelle": Line(lambda w: [], _open(lecture=403, sans=403, ancien=403), None),
    "projects:open_individuelle": edit(lambda w: [w.structure.pk], lambda w: {"titre": "Pour une seule"}),
    "projects:fiche": Line(lambda w: ["FP2"], _open(), None),
    "projects:detail": read(),
    "projects:resume": Line(_pk, _same(ALLOWED, 404, voisin=ALLOWED), None),
    "projects:identite": edit(data=lambda w: _identite(w)),
    "projects:problematique": edit(data=_section("problematique", contexte="Pris")),
    "projects:existant": read(data=lambda w: {"reponse": "complementaire", "commentaire": "Rien de proche."}),
    "projects:ciblage": edit(data=_section("ciblage", territoire="Pris")),
    "projects:role_dla": edit(data=_section("role_dla", idee="Pris")),
    "projects:type": edit(data=lambda w: {"version": str(w.dossier.version), "type_ingenierie": "solution_collective"}),
    "projects:demarche": read(data=lambda w: {"item": f"{w.item.pk}:fait"}),
    "projects:item_add": act(data=lambda w: {"phase": "confirmer.mobilisation", "label": "Pris"}),
    "projects:item": read(under("item"), data=lambda w: {"state": "fait"}),
    "projects:item_remove": act(under("item")),
    "projects:structures": read(
        data=lambda w: {"ciblee": str(w.ciblee.pk), "action": "contacter", "expected_state": "reperee", "version": "1"}
    ),
    "projects:structures_add": edit(data=lambda w: {"structure": str(w.libre.pk)}),
    "projects:structures_new": edit(data=_structure),
    "projects:structure": read(
        under("ciblee"), data=lambda w: {"action": "contacter", "expected_state": "reperee", "version": "1"}
    ),
    "projects:structure_edit": edit(under("ciblee"), _version(note="Pris")),
    "projects:structure_remove": act(under("ciblee")),
    "projects:etape": read(
        data=lambda w: {
            "action": "abandonner",
            "expected_state": "confirmer",
            "version": str(w.dossier.version),
            "reason": "Pris",
        }
    ),
    # Only a C2RA of the région gives its opinion.
    "projects:avis_c2ra": edit(data=lambda w: {"sens": "favorable"}, owner=403),
    "projects:attester": edit(
        lambda w: [w.dossier.pk, "convention"], lambda w: {"date": "2026-11-20", "text": "Signée."}
    ),
    "projects:documents": read(),
    "projects:journal": read(),
    "engagement:partenaires": read(),
    "engagement:partenaire_ajouter": edit(data=lambda w: {"partenaire": str(w.partenaire.pk)}),
    "engagement:partenaire_nouveau": edit(data=lambda w: PARTENAIRE),
    "engagement:partenaire": edit(under("associe"), _version(**ASSOCIE)),
    "engagement:partenaire_retirer": act(under("associe"), _version()),
    "engagement:reponse": read(
        lambda w: [w.dossier.pk, w.associe.pk, w.reponse.pk], lambda w: {"version": str(w.associe.version)}
    ),
    "engagement:objectifs": read(),
    "engagement:objectifs_modifier": edit(data=_version(objet="Pris")),
    "engagement:resultat_ajouter": act(data=lambda w: {"resultat-libelle": "Pris", "resultat-nature": "qualitatif"}),
    "engagement:resultats_fixer": act(),
    "engagement:resultats_rouvrir": act(),
    "engagement:resultat": edit(under("resultat"), _version(libelle="Pris", nature="qualitatif")),
    "engagement:resultat_retirer": act(under("resultat"), _version()),
    "engagement:validation": read(),
    "engagement:porteur": edit(data=_version(validee="on", date="2026-11-20")),
    "engagement:avis": edit(
        lambda w: [w.dossier.pk, w.a.pk], _version(date="2026-11-20", sens="defavorable", commentaires="Pris")
    ),
    "engagement:fiche_presentation": read(),
    "engagement:fiche_docx": read(),
    "engagement:action": edit(data=lambda w: {"rythme": "Pris", "version": "0"}),
    "engagement:budget": read(),
    "engagement:budget_cadre": edit(data=lambda w: {**_budget(w), "regime": "ttc", "commentaire": "Pris"}),
    "engagement:budget_confirmer": act(data=_budget),
    "engagement:budget_revenir": act(data=_budget),
    "engagement:budget_classeur": read(),
    "engagement:budget_version": read(lambda w: [w.dossier.pk, 1]),
    "engagement:budget_scenarios": read(),
    "engagement:budget_scenario_ajouter": edit(data=lambda w: {**_budget(w), "nom": "Pris"}),
    "engagement:budget_scenario": edit(under("budget_autre"), lambda w: {**_budget(w), "nom": "Pris"}),
    "engagement:budget_scenario_retenir": act(under("budget_autre"), _budget),
    "engagement:budget_scenario_retirer": act(under("budget_autre"), _budget),
    "engagement:convention_ajouter": edit(data=lambda w: {"reference": "Prise", "cofinanceurs": "Moi"}),
    "engagement:convention": edit(under("convention"), _version(reference="Prise", cofinanceurs="Moi")),
    "engagement:convention_retirer": act(under("convention"), _version()),
    "engagement:ligne_ajouter": act(lambda w: [w.dossier.pk, "charges"], _charge),
    "engagement:ligne": act(lambda w: [w.dossier.pk, "charges", w.charge.pk], _charge),
    "engagement:ligne_retirer": act(lambda w: [w.dossier.pk, "charges", w.charge.pk], _budget),
    "mobilisation:projet": read(),
    "mobilisation:objectifs": edit(data=lambda w: {"version": "0", "objectifs_collectifs": "Pris"}),
    "mobilisation:intervention": edit(data=lambda w: {"version": "0", "systeme_intervenant": "Pris"}),
    "mobilisation:accroche": edit(data=lambda w: {"version": str(w.dossier.version), "accroche": "Prise"}),
    "mobilisation:cadre": edit(data=lambda w: {"version": "0", "objet": "Pris"}),
    "mobilisation:scenario_nouveau": edit(data=lambda w: {"nom": "Pris"}),
    "mobilisation:scenario": edit(under("scenario"), _version(nom="Pris")),
    "mobilisation:scenario_retenir": act(under("scenario")),
    "mobilisation:scenario_retirer": act(under("scenario")),
    "mobilisation:groupes": read(),
    "mobilisation:groupe_nouveau": edit(data=lambda w: {"nom": "Pris", "structures": [str(w.ciblee.pk)]}),
    "mobilisation:groupe": edit(under("groupe"), lambda w: {"nom": "Pris", "version": str(w.groupe.version)}),
    "mobilisation:groupe_defaire": act(under("groupe")),
    # The portfolio: A's DLA reads what is published; the prestataire's own pages are nobody's of A.
    "portfolio:prestataire": published(lambda w: [w.prestataire.pk]),
    "portfolio:fiche": published(lambda w: [w.fiche.pk]),
    "portfolio:piece": published(lambda w: [w.fiche.pk, w.kbis.pk]),
    "portfolio:invitations": opening(lambda w: {"email": "venez@example.org"}),
    "portfolio:invitation_action": Line(
        lambda w: [w.invite.pk],
        None,
        {"lecture": 403, "voisin": 404, "loin": 404, "c2ra_loin": 404, "ancien": 403, "sans": 403},
        lambda w: {"action": "revoquer", "version": "1"},
    ),
    "portfolio:espace": own(),
    "portfolio:nouveau": own(),
    **{
        f"portfolio:{name}": theirs(lambda w, args=args: args(w), data, get=get, post=post)
        for name, args, data, get, post in (
            ("espace_prestataire", lambda w: [w.draft.prestataire_id], {}, True, False),
            ("action", lambda w: [w.draft.prestataire_id], {"action": "version"}, False, True),
            ("equipe", lambda w: [w.draft.prestataire_id], {"email": "pris@example.org"}, True, True),
            ("membre", lambda w: [w.draft.prestataire_id, w.membre.pk], {"action": "partir"}, False, True),
            ("rubrique", lambda w: [w.draft.prestataire_id, "identite"], {"sigle": "PRIS", "version": "1"}, True, True),
            ("champ", lambda w: [w.draft.prestataire_id, "identite", "sigle"], {"sigle": "PRIS"}, False, True),
            ("reference_nouvelle", lambda w: [w.draft.prestataire_id], {"client": "Pris"}, True, True),
            ("reference", lambda w: [w.draft.prestataire_id, w.reference.pk], {"client": "Pris"}, True, True),
            ("reference_dupliquer", lambda w: [w.draft.prestataire_id, w.reference.pk], {}, False, True),
            ("reference_retirer", lambda w: [w.draft.prestataire_id, w.reference.pk], {}, False, True),
            ("intervenant_nouveau", lambda w: [w.draft.prestataire_id], {"nom": "Pris"}, True, True),
            ("intervenant", lambda w: [w.draft.prestataire_id, w.intervenant.pk], {"nom": "Pris"}, True, True),
            ("intervenant_retirer", lambda w: [w.draft.prestataire_id, w.intervenant.pk], {}, False, True),
            ("cv_ajouter", lambda w: [w.draft.prestataire_id, w.intervenant.pk], {}, True, True),
            ("piece_ajouter", lambda w: [w.draft.prestataire_id, "autre"], {}, True, True),
            ("piece_retirer", lambda w: [w.draft.prestataire_id, w.draft_cv.pk], {}, True, True),
            ("file", lambda w: [], {}, "c2ra", False),
            ("relire", lambda w: [w.fiche.pk], {"rubrique": "autres", "texte": "Pris"}, True, True),
            ("decider", lambda w: [w.fiche.pk], {"action": "refuser"}, False, True),
            ("remarque_retirer", lambda w: [w.fiche.pk, 1], {}, False, True),
            ("publications", lambda w: [], {}, "c2ra", False),
            ("publication", lambda w: [w.publication.pk], {"action": "desactiver"}, True, True),
        )
    },
    "consultations:prestataire": read(),
    "consultations:prestataire_choisir": Line(_pk, _same(403, 404), _same(403, 404), written=405),
    "consultations:prestataire_retenir": edit(
        under("prestataire"),
        lambda w: {
            "date": "2026-11-21",
            "mode": "hors_application",
            "choisi_par": "avec",
            "decideurs": "Comité",
            "motifs": "Pris",
        },
    ),
    "consultations:prestataire_retirer": edit(under("choix"), lambda w: {"reason": "Pris"}),
    "consultations:cahier": read(),
    "consultations:commencer": act(),
    "consultations:preremplir": act(),
    # A preview changes nothing in the dossier: who reads it may ask.
    "consultations:apercu": Line(_pk, None, _same(ALLOWED, 404)),
    "consultations:docx": read(),
    "consultations:action": act(
        data=lambda w: {"action": "valider", "expected_state": "brouillon", "version": str(w.cahier.version)}
    ),
    "consultations:section": edit(
        lambda w: [w.dossier.pk, "conditions"], lambda w: {"conditions": "Pris", "version": str(w.cahier.version)}
    ),
    "consultations:reprise": edit(
        lambda w: [w.dossier.pk, "demande"],
        lambda w: {"champs": "contexte", "version": str(w.cahier.version), "empreinte": "x"},
        written=409,  # what the project says was not read first
    ),
    "consultations:version": read(lambda w: [w.dossier.pk, 1]),
    "consultations:version_pdf": read(lambda w: [w.dossier.pk, 1]),
    "consultations:version_docx": read(lambda w: [w.dossier.pk, 1]),
    "consultations:version_refaire": act(lambda w: [w.dossier.pk, 1], written=409),  # it is being made
}

#: What must not be read of A on the pages that answer to anybody: by route, who must not read what.
HIDDEN: dict[str, tuple[tuple[str, ...], Callable[[Any], str]]] = {
    "projects:list": (STRANGERS, lambda w: w.dossier.titre),
    "projects:kanban": (STRANGERS, lambda w: w.dossier.titre),
    # The home page of a neighbour tells what moves in the région.
    "portal:echeancier": (STRANGERS, lambda w: w.dossier.titre),
    "portal:accueil": (("loin", "c2ra_loin", "ancien", "sans"), lambda w: w.dossier.titre),
    "structures:liste": (STRANGERS, lambda w: w.structure.name),
    "comite:liste": (STRANGERS, lambda w: f"/comite-appui/{w.seance.pk}/"),
    "comite:nouvelle": (STRANGERS, lambda w: w.membre_seance.organisme),
    "structures:nouvelle": (STRANGERS, lambda w: w.structure.name),
    "structures:doublons": (STRANGERS, lambda w: w.structure.name),
    "structures:echeances": (STRANGERS, lambda w: w.ligne.difficulte),
    "directory:liste": (("loin", "c2ra_loin"), lambda w: w.partenaire.name),
    "accounts:organisations": (STRANGERS, lambda w: f"/organisations/{w.a.pk}/"),
}

"""The rights table, second part: the pages of an ingénierie and what they hold (see tests/rights_table.py)."""

from __future__ import annotations

from tests.rights_bibliotheque import BIBLIOTHEQUE
from tests.rights_capitalisation import CAPITALISATION
from tests.rights_contributions import CONTRIBUTIONS
from tests.rights_data import (
    ASSOCIE,
    PARTENAIRE,
    REUNION,
    _budget,
    _charge,
    _identite,
    _of_reunion,
    _reunion,
    _section,
    _structure,
    _version,
)
from tests.rights_evaluation import EVALUATION
from tests.rights_grilles import GRILLES
from tests.rights_lecture import LECTURE
from tests.rights_lines import (
    ALLOWED,
    Line,
    _open,
    _pk,
    _same,
    act,
    edit,
    listing,
    opening,
    own,
    published,
    read,
    theirs,
    under,
)
from tests.rights_missions import MISSIONS
from tests.rights_recits import RECITS
from tests.rights_resultats import RESULTATS
from tests.rights_synthese import SYNTHESE


def _pli(*more):
    """The invitation of a proposition that is still sealed, and what follows it in the address."""
    return lambda w: [w.pli.a.invitation.pk, *more]


def _call(w) -> list:
    return [w.dossier.pk, w.appel.pk]


def _invite(w) -> list:
    return [*_call(w), w.invitation_appel.pk]


def _mine(w) -> list:
    return [w.invitation_appel.pk]


DOSSIER: dict[str, Line] = {
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
    "projects:salle_problematique": read(),
    "projects:salle_ciblage": read(),
    "projects:salle_role_dla": read(),
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
    "projects:perimetre": act(data=lambda w: {"version": str(w.dossier.version)}),
    "projects:items_proven": act(data=lambda w: {"action": "1:1"}),
    "projects:echange_new": edit(under("ciblee"), lambda w: {"sens": "envoi", "le": "2026-01-05", "par": "Le pilote"}),
    "projects:echange_remove": act(lambda w: [w.dossier.pk, w.echange.ciblee_id, w.echange.pk]),
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
    # The C2RA that gave it has its mail sent again.
    "projects:avis_c2ra_renvoyer": act(under("avis_c2ra"), owner=403),
    # The pilot asks; nobody of the world's C2RA is missing.
    "projects:avis_c2ra_demander": act(),
    # At « Confirmer » every condition has who answers for it: none is attested, by anybody.
    "projects:attester": Line(
        lambda w: [w.dossier.pk, "convention"], _same(404, 404), _same(404, 404), owner=404, written=404
    ),
    "projects:documents": read(),
    "projects:journal": read(),
    "engagement:partenaires": read(),
    "engagement:partenaire_ajouter": edit(data=lambda w: {"partenaire": str(w.partenaire.pk)}),
    "engagement:partenaire_nouveau": edit(data=lambda w: PARTENAIRE),
    "engagement:partenaire": edit(under("associe"), _version(**ASSOCIE)),
    "engagement:partenaire_retirer": act(under("associe"), _version()),
    "engagement:reunions": read(),
    "engagement:reunion_nouvelle": edit(data=lambda w: REUNION),
    "engagement:reunion": read(_reunion),
    "engagement:reunion_modifier": edit(_reunion, lambda w: REUNION | {"version": str(w.reunion.version)}),
    "engagement:reunion_etat": act(
        _reunion, lambda w: {"action": "tenir", "expected_state": "prevue", "version": str(w.reunion.version)}
    ),
    # It was never convened: there is nothing to send again.
    "engagement:reunion_renvoyer": act(_reunion, lambda w: {"version": str(w.reunion.version)}, written=422),
    "engagement:compte_rendu": edit(_reunion, lambda w: {"compte_rendu": "Pris", "version": str(w.reunion.version)}),
    "engagement:presences": edit(_reunion, lambda w: {f"presence_{w.participant.pk}": "present"}),
    "engagement:reunion_participants": edit(_reunion, lambda w: {"qui": f"partenaire-{w.associe.pk}"}),
    "engagement:participant": edit(_of_reunion("participant"), _version(organisme="Pris")),
    "engagement:participant_retirer": act(_of_reunion("participant"), _version()),
    "engagement:participant_renvoyer": act(
        _of_reunion("participant"), lambda w: {"version": str(w.reunion.version)}, written=422
    ),
    "engagement:decision_ajouter": act(_reunion, lambda w: {"decision-texte": "Prise"}),
    "engagement:decision": edit(_of_reunion("decision"), _version(texte="Prise")),
    "engagement:decision_faite": act(_of_reunion("decision"), _version(faite="1")),
    "engagement:decision_retirer": act(_of_reunion("decision"), _version()),
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
    "engagement:porteur": edit(lambda w: [w.dossier.pk, w.a.pk], _version(validee="on", date="2026-11-20")),
    "engagement:avis_repondre": edit(
        lambda w: [w.dossier.pk, w.a.pk],
        lambda w: {"version": w.dossier.avis_comites.get().version, "reponse": "Pris"},
    ),
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
    "mobilisation:scenario_date_nouvelle": edit(under("scenario"), lambda w: {"date": "2027-03-09"}),
    "mobilisation:scenario_date_retirer": act(lambda w: [w.dossier.pk, w.scenario.pk, w.seance_scenario.pk]),
    "mobilisation:reponses": read(data=lambda w: {"ciblees": str(w.ciblee.pk)}),
    "mobilisation:reponse": edit(
        under("ciblee"),
        lambda w: {
            "version": "0",
            "le": "2026-11-20",
            "par": "Le pilote",
            "moyen": "telephone",
            "commentaire": "Prise",
        },
    ),
    "mobilisation:commentaire": edit(
        lambda w: [w.dossier.pk, w.commentaire.structure_ciblee_id, w.commentaire.pk],
        lambda w: {"version": str(w.commentaire.version), "sort": "retenu", "pourquoi": "Pris"},
    ),
    "mobilisation:demandes": read(),
    "mobilisation:demande_nouvelle": edit(
        under("prestataire_partenaire"), lambda w: {"moment": "engager", "question": "Prise ?"}
    ),
    "mobilisation:demande": read(under("demande")),
    "mobilisation:demande_retirer": act(under("demande")),
    "mobilisation:avis_prestataire": theirs(lambda w: [w.demande.pk], {"reponse": "Prise"}, get=True, post=True),
    "mobilisation:groupe_deplacer": act(
        data=lambda w: {"ciblee": str(w.ciblee.pk), "groupe": "", "de": str(w.groupe.pk)}
    ),
    # One writes in one's own ingénieries: A's is not a choice for the others.
    "engagement:prestataires_associer": Line(
        lambda w: [],
        _open(lecture=403, sans=403, ancien=403),
        _same(403, 422, sans=403, ancien=403),
        lambda w: {"p": str(w.prestataire.pk), "ingenierie": str(w.dossier.pk)},
    ),
    "mobilisation:groupes": read(),
    "mobilisation:groupe_nouveau": edit(data=lambda w: {"nom": "Pris", "structures": [str(w.ciblee.pk)]}),
    "mobilisation:groupe": edit(under("groupe"), lambda w: {"nom": "Pris", "version": str(w.groupe.version)}),
    "mobilisation:groupe_defaire": act(under("groupe")),
    # The portfolio: A's DLA reads what is published; the prestataire's own pages are nobody's of A.
    "portfolio:prestataire": published(lambda w: [w.prestataire.pk]),
    "portfolio:fiche": published(lambda w: [w.fiche.pk]),
    "portfolio:piece": published(lambda w: [w.fiche.pk, w.kbis.pk]),
    "portfolio:invitations": opening(lambda w: {"email": "venez@example.org"}),
    # The C2RA of another région finds its own there.
    "portfolio:ouverture": Line(
        lambda w: [],
        _same(404, 404, c2ra_loin=ALLOWED),
        _same(404, 404, c2ra_loin=ALLOWED),
        lambda w: {"action": "ouvrir", "version": "0"},
        owner=404,
        written=404,
    ),
    "portfolio:reprises": listing(sans=403, ancien=403),
    # The others have nobody to invite.
    "portfolio:reprises_inviter": Line(
        lambda w: [],
        None,
        {"lecture": 403, "voisin": 422, "loin": 422, "c2ra_loin": 422, "ancien": 403, "sans": 403},
    ),
    "portfolio:reprise": read(lambda w: [w.reprise.pk], lambda w: {"action": "inviter"}),
    "portfolio:espace": own(),
    "portfolio:nouveau": own(),
    **{
        f"portfolio:{name}": theirs(lambda w, args=args: args(w), data, get=get, post=post)
        for name, args, data, get, post in (
            ("espace_prestataire", lambda w: [w.draft.prestataire_id], {}, True, False),
            ("action", lambda w: [w.draft.prestataire_id], {"action": "version"}, False, True),
            ("remarque_traiter", lambda w: [w.draft.prestataire_id, 1], {"reponse": "Pris"}, False, True),
            ("equipe", lambda w: [w.draft.prestataire_id], {"email": "pris@example.org"}, True, True),
            ("membre", lambda w: [w.draft.prestataire_id, w.membre.pk], {"action": "partir"}, False, True),
            ("rubrique", lambda w: [w.draft.prestataire_id, "identite"], {"sigle": "PRIS", "version": "1"}, True, True),
            ("champ", lambda w: [w.draft.prestataire_id, "identite", "sigle"], {"sigle": "PRIS"}, False, True),
            ("donnees", lambda w: [w.draft.prestataire_id], {}, True, False),
            ("donnees_fichier", lambda w: [w.draft.prestataire_id, w.donnees.pk], {}, True, False),
            ("intervenant_donnees", lambda w: [w.draft.prestataire_id, w.intervenant.pk], {}, False, True),
            ("intervenant_effacer", lambda w: [w.draft.prestataire_id, w.intervenant.pk], {}, True, True),
            ("effacer", lambda w: [w.draft.prestataire_id], {"confirme": "on"}, True, True),
            ("verifier", lambda w: [w.draft.prestataire_id, "identite"], {}, False, True),
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
            ("public", lambda w: [w.draft.prestataire_id], {"action": "retirer"}, False, True),
            ("publication", lambda w: [w.publication.pk], {"action": "desactiver"}, True, True),
        )
    },
    **LECTURE,
    # Propositions: their author's pages are found by nobody of the staff, sealed or not.
    **{
        f"propositions:{name}": theirs(args, data, get=get, post=post)
        for name, args, data, get, post in (
            ("accueil", _pli(), {}, True, False),
            ("relire", _pli(), {}, True, False),
            ("deposer", _pli(), {}, False, True),
            ("retirer", _pli(), {}, False, True),
            ("depot", lambda w: [w.pli.a.invitation.pk, w.pli.depot.pk], {}, True, False),
            ("piece_ajouter", _pli(), {}, True, True),
            ("piece", _pli(1), {}, True, False),
            ("piece_retirer", _pli(1), {}, False, True),
            ("reprendre", _pli(), {}, False, True),
            ("ajouter", _pli("etapes"), {}, False, True),
            ("ligne", _pli("etapes", "abcd"), {"contenu": "Pris", "version": "2"}, True, True),
            ("bouger", _pli("etapes", "abcd"), {"sens": "retirer"}, False, True),
            ("ligne_champ", _pli("etapes", "abcd", "contenu"), {"contenu": "Pris"}, False, True),
            ("section", _pli("note"), {"note": "Pris", "version": "2"}, True, True),
            ("champ", _pli("note", "note"), {"note": "Pris", "version": "2"}, False, True),
        )
    },
    "consultations:ouverture": read(lambda w: [w.pli.dossier.pk, w.pli.appel.pk], lambda w: {"temoin": "Une élue"}),
    "consultations:proposition": read(lambda w: [w.ouverte.appel.ingenierie_id, w.ouverte.appel_id, w.ouverte.pk]),
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
    # One chooses among one's own ingénieries: A's is not there for the others.
    "consultations:consulter": Line(
        lambda w: [],
        _open(lecture=403, sans=403, ancien=403),
        _same(403, 404, sans=403, ancien=403),
        lambda w: {"p": str(w.prestataire.pk), "ingenierie": str(w.dossier.pk), "date": "2026-11-21"},
    ),
    "consultations:consulte_retirer": edit(under("consulte"), lambda w: {"reason": "Pris"}),
    "consultations:prestataire_retirer": edit(under("choix"), lambda w: {"reason": "Pris"}),
    **{
        f"consultations:{route}": edit(_call, data, **answers)
        for route, data, answers in (
            ("appel_prolonger", lambda w: {"date_limite": "2027-01-15T17:00", "reason": "Pris"}, {}),
            ("appel_preciser", lambda w: {"texte": "Pris"}, {}),
            ("appel_ce_que_sait", lambda w: {"ce_que_sait": "Pris", "version": str(w.appel.version)}, {}),
            ("appel_rencontre", lambda w: {"date": "2026-12-01", "lieu": "Pris", "version": "0"}, {}),
            # It is open: these are not its moment.
            ("appel_modifier", lambda w: {"mode": "complete"}, {"owner": 403, "written": 403}),
            (
                "appel_rouvrir",
                lambda w: {"date_limite": "2027-01-15T17:00", "reason": "Pris"},
                {"owner": 403, "written": 403},
            ),
            ("appel_remettre", lambda w: {"date_limite": ""}, {"written": 409}),
            ("appel_mode_complet", lambda w: {"reason": "Pris"}, {"owner": 403, "written": 403}),
        )
    },
    "consultations:appel": read(_call),
    "consultations:appel_cycle": act(
        _call,
        lambda w: {
            "action": "annuler",
            "expected_state": "ouvert",
            "version": str(w.appel.version),
            "reason": "Pris",
        },
    ),
    "consultations:appel_preparer": edit(
        _pk, lambda w: {"mode": "complete", "fuseau": "Europe/Paris", "version": "0"}, written=422
    ),  # another one runs
    "consultations:appel_repondre": edit(
        lambda w: [*_call(w), w.question.pk], lambda w: {"reponse": "Pris", "version": str(w.question.version)}
    ),
    "consultations:invitation_retirer": act(_invite, written=409),  # it left
    "consultations:invitation_renvoyer": act(_invite),
    "consultations:invitation_preretenir": edit(_invite, lambda w: {"reason": "Pris"}, owner=403, written=403),
    # One chooses among the calls of one's own organisation: A's is not there for the others.
    "consultations:inviter": Line(
        lambda w: [],
        _open(lecture=403, sans=403, ancien=403),
        _same(403, 422, sans=403, ancien=403),
        lambda w: {"p": str(w.choix.prestataire_id), "appel": str(w.appel.pk)},
        written=409,  # nobody holds its space
    ),
    "consultations:regles": Line(lambda w: [], _open(sans=404, ancien=404), None),
    "consultations:regle_fixer": Line(
        lambda w: [],
        _same(403, 403, sans=404, ancien=404, c2ra_loin=ALLOWED),
        _same(403, 403, sans=404, ancien=404, c2ra_loin=ALLOWED),
        lambda w: {"depuis": "2026-11-21", "invites_min": "2", "invites_max": "3", "regime": "ttc", "version": "0"},
        owner=403,
        written=403,
    ),
    "consultations:regle": Line(lambda w: [1], _same(404, 404), _same(404, 404), owner=404, written=404),
    # The invited prestataire's own pages: nobody's of A.
    "candidat:consultations": listing(),
    **{
        f"candidat:{route}": theirs(args, data, get=get, post=post)
        for route, args, data, get, post in (
            ("consultation", _mine, {}, True, False),
            ("intention", _mine, {"action": "oui"}, False, True),
            ("decliner", _mine, {"motif_declin": "autre"}, True, True),
            ("positionner", _mine, {"coherence": "Pris"}, True, True),
            ("question", _mine, {"texte": "Pris"}, True, True),
            ("mode_complet", _mine, {"reason": "Pris"}, True, True),
            ("version_pdf", lambda w: [*_mine(w), 1], {}, True, False),
            ("annexe", lambda w: [*_mine(w), 1, 1], {}, True, False),
            ("annexe_structure", lambda w: [*_mine(w), 1, 1], {}, True, False),
        )
    },
    **MISSIONS,
    **SYNTHESE,
    **CAPITALISATION,
    **BIBLIOTHEQUE,
    **RECITS,
    **CONTRIBUTIONS,
    **GRILLES,
    **RESULTATS,
    "mission_evaluee:partenaire_repondre": theirs(lambda w: [w.partenaire_interroge.pk], {}, get=True, post=True),
    **EVALUATION,
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
    "consultations:annexe": edit(under("ciblee"), lambda w: {"diagnostic": "aucun", "version": "0"}),
    # One version only: nothing to compare (two are tested with the cahier).
    "consultations:version_differences": Line(lambda w: [w.dossier.pk, 1], _same(404, 404), None, owner=404),
    # One's own organisation's.
    "consultations:clauses": Line(
        lambda w: [],
        _same(403, ALLOWED, ancien=404, sans=404),
        _same(403, ALLOWED, ancien=404, sans=404),
        lambda w: {"texte": "Pris", "version": "0"},
    ),
    "consultations:guides": listing(),
    # The C2RA of a région keeps its guide: even A's responsable does not.
    "consultations:guide_ajouter": Line(
        lambda w: [],
        _same(403, 403, c2ra_loin=ALLOWED),
        _same(403, 403, c2ra_loin=ALLOWED),
        lambda w: {"titre": "Pris"},
        owner=403,
        written=403,
    ),
    "consultations:version": read(lambda w: [w.dossier.pk, 1]),
    "consultations:version_pdf": read(lambda w: [w.dossier.pk, 1]),
    "consultations:version_docx": read(lambda w: [w.dossier.pk, 1]),
    "consultations:version_refaire": act(lambda w: [w.dossier.pk, 1], written=409),  # it is being made
}

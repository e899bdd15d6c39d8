"""The life of a cahier des charges: prefilled, written, validated, diffused, rectified."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from consultations.cahier import content, prefill, sections, services
from consultations.cahier.models import CahierDesCharges, CompteurReference, VersionDiffusee
from consultations.cahier.services import DOCUMENT_DIFFUSE
from consultations.regles.services import set_rule
from core.canonical import canonical
from core.documents.frozen import kept_document
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import FrozenError, GeneratedDocument, Job, JobState, JournalEntry
from engagement.objectifs.services import set_objectifs
from projects import facts
from projects.cycle.gates import CONDITIONS
from projects.evidence import evidence_for
from projects.identification.services import update_section
from projects.ingenierie.services import update_identite
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from tests.consultations import slot
from tests.consultations.slot import SYSTEM, begin
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    actor_of,
    ingenierie_of,
    member,
)


def again(obj):
    """The row as recorded now."""
    return type(obj)._base_manager.get(pk=obj.pk)


def answer(dossier):
    provider = CONDITIONS.get("cahier_des_charges")
    return provider.read(facts.fetch([dossier.pk], [provider])[dossier.pk], dossier)


# --- Birth ----------------------------------------------------------------------------------------------------------


def test_a_cahier_is_prefilled_from_the_project(dossier):
    cahier = services.create_cahier(dossier, SYSTEM)

    assert cahier.titre == dossier.titre
    assert "redessinent, pays par pays" in cahier.contexte
    assert "Chaque structure dispose d’un schéma d’organisation" in cahier.resultats_attendus
    assert "Rythme : Trois journées par module" in cahier.conditions
    assert "une fiche de suivi" in cahier.role_evaluation
    assert (cahier.jours_min, cahier.cout_jour) == (Decimal("16"), Decimal("937.50"))
    assert [t.label for t in cahier.themes.all()] == ["Management / GRH"]
    assert "camille.berthier@example.org" in cahier.contacts
    assert JournalEntry.objects.get(verb="consultations.creation").scope_id == dossier.pk


def test_references_are_unique_and_told_by_year_and_organisation(dossier):
    dla = OrganisationFactory(departements=[DepartementFactory(indre_et_loire=True)])
    made = [services.create_cahier(ingenierie_of(dla, titre=f"N° {n}"), SYSTEM).reference for n in range(2)]

    assert made == ["CDC-2026-DLA37-0001", "CDC-2026-DLA37-0002"]
    assert services.create_cahier(dossier, SYSTEM).reference == "CDC-2026-C2RA24-0001"
    assert CompteurReference.objects.count() == 2


def test_a_double_click_on_commencer_gives_one_cahier(dossier):
    first = services.create_cahier(dossier, SYSTEM)

    assert services.create_cahier(dossier, SYSTEM) == first
    assert CahierDesCharges.objects.count() == 1


def test_the_deadline_is_told_in_the_time_of_an_overseas_territory(db):
    reunion = DepartementFactory(code="974", label="La Réunion")
    cahier = services.create_cahier(
        ingenierie_of(OrganisationFactory(departements=[reunion]), departements=[reunion]), SYSTEM
    )
    services.update_section(
        cahier, "reponse", {"date_limite": dt.datetime(2027, 1, 15, 13, 0, tzinfo=dt.UTC)}, actor=SYSTEM
    )

    assert again(cahier).date_limite_texte.replace("\u00a0", " ") == (
        "vendredi 15 janvier 2027 à 17 h 00, heure de La Réunion"
    )


# --- Writing --------------------------------------------------------------------------------------------------------


def test_prefilling_never_overwrites_what_was_typed(dossier):
    cahier = services.create_cahier(dossier, SYSTEM)
    services.update_section(cahier, "demande", {"contexte": "Mon texte.", "demarche": ""}, actor=SYSTEM)
    services.update_section(cahier, "calendrier", {"jours_min": None, "jours_max": Decimal("10")}, actor=SYSTEM)

    fresh, names = services.prefill_empty(cahier, actor=SYSTEM)

    assert fresh.contexte == "Mon texte."
    assert "démarche unique" in fresh.demarche
    assert (fresh.jours_min, fresh.jours_max) == (Decimal("10"), Decimal("10"))
    assert names == ["demarche", "jours_min"]
    assert services.prefill_empty(cahier, actor=SYSTEM)[1] == []


def test_a_text_of_the_project_is_taken_again_on_demand_only(cahier, dossier):
    update_section(dossier, "role_dla", actor=SYSTEM, expected_version=None, values={"coherence": "Autre place."})
    assert again(cahier).plan_accompagnement != "Autre place."
    found = services.section_proposals(cahier, sections.BY_CODE["demande"])

    fresh = services.refresh_section(
        cahier,
        "demande",
        ["plan_accompagnement"],
        actor=SYSTEM,
        expected_version=cahier.version,
        fingerprint=prefill.fingerprint(found),
    )

    assert fresh.plan_accompagnement == "Autre place."
    assert fresh.contexte == cahier.contexte


def test_taking_again_a_text_that_changed_since_it_was_shown_is_refused(cahier, dossier):
    shown = prefill.fingerprint(services.section_proposals(cahier, sections.BY_CODE["demande"]))
    update_section(dossier, "role_dla", actor=SYSTEM, expected_version=None, values={"coherence": "Autre place."})

    with pytest.raises(StaleState, match="Le dossier a changé"):
        services.refresh_section(
            cahier,
            "demande",
            ["plan_accompagnement"],
            actor=SYSTEM,
            expected_version=cahier.version,
            fingerprint=shown,
        )
    assert again(cahier).plan_accompagnement == cahier.plan_accompagnement


def test_two_people_on_two_sections_do_not_meet_but_on_one_they_do(cahier):
    services.update_section(cahier, "titre", {"titre": "Un"}, actor=SYSTEM, expected_version=cahier.version)
    services.update_section(cahier, "conditions", {"conditions": "Deux"}, actor=SYSTEM, expected_version=cahier.version)

    with pytest.raises(EditConflict) as refused:
        services.update_section(cahier, "titre", {"titre": "Trois"}, actor=SYSTEM, expected_version=cahier.version)

    assert refused.value.current.titre == "Un"
    assert again(cahier).conditions == "Deux"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"jours_min": Decimal("10"), "jours_max": Decimal("9")}, "au plus est inférieur"),
        ({"jours_max": Decimal("3")}, "au plus est inférieur"),
        ({"jours_min": Decimal("4.3")}, "demi-journées"),
        ({"cout_jour": Decimal("-1")}, "supérieur à zéro"),
        ({"cout_jour": Decimal("850.001")}, "chiffres après la virgule"),
        ({"jours_individuels_site": Decimal("90")}, "plus de jours individuels"),
        ({"date_restitution": dt.date(2020, 1, 1)}, "restitution précède"),
        ({"regime": "autre"}, "n’est pas un choix valide"),
    ],
)
def test_days_cost_and_dates_in_disorder_are_refused_whole(cahier, values, words):
    with pytest.raises(InvalidInput, match=words):
        services.update_section(cahier, "calendrier", {**values, "calendrier": "Autre"}, actor=SYSTEM)

    assert again(cahier).version == cahier.version
    assert again(cahier).calendrier == cahier.calendrier


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "values",
    [
        {"jours_min": Decimal("5"), "jours_max": Decimal("4")},
        {"jours_min": Decimal("-1"), "jours_max": None},
        {"cout_jour": Decimal("0")},
    ],
)
def test_the_database_refuses_them_too(cahier, values):
    for name, value in values.items():
        setattr(cahier, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        cahier.save()


def test_a_section_takes_its_own_fields_only(cahier):
    with pytest.raises(InvalidInput):
        services.update_section(cahier, "titre", {"reference": "CDC-1"}, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        services.update_section(cahier, "titre", {"contexte": "x"}, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        services.update_section(cahier, "nulle-part", {}, actor=SYSTEM)


def test_a_cahier_presents_no_structure_of_another_ingenierie(cahier):
    stranger = StructureCiblee.objects.create(ingenierie=ingenierie_of(), structure=StructureFactory())

    with pytest.raises(InvalidInput, match="structures de son ingénierie"):
        services.update_section(cahier, "structures", {"structures_choisies": [stranger]}, actor=SYSTEM)


# --- Completeness ---------------------------------------------------------------------------------------------------


def test_what_is_missing_is_told_by_section(cahier):
    assert sections.missing(cahier) == []
    services.update_section(cahier, "contenu", {"productions": "  "}, actor=SYSTEM)
    services.update_section(cahier, "objectifs", {"themes": []}, actor=SYSTEM)

    fresh = again(cahier)
    told = [(m.section.code, m.label) for m in sections.missing(fresh)]

    assert told == [("objectifs", "le thème"), ("contenu", "productions attendues")]
    with pytest.raises(ConditionsNotMet) as refused:
        services.valider(fresh, SYSTEM)
    assert "Contenu et productions attendus : productions attendues" in refused.value.reasons
    assert again(cahier).state == "brouillon"


def test_every_required_field_alone_prevents_the_validation(cahier):
    for section in sections.SECTIONS:
        for name in section.required:
            if name in ("structures", "partenaires", "date_debut", "date_fin"):
                continue  # read in the dossier
            fresh = again(cahier)
            was = prefill.value_of(fresh, name)
            empty = [] if isinstance(was, list) else ("" if isinstance(was, str) else None)
            services.update_section(fresh, section.code, {name: empty}, actor=SYSTEM)
            assert [m.field for m in sections.missing(again(cahier))] == [name]
            services.update_section(fresh, section.code, {name: was}, actor=SYSTEM)
    assert sections.missing(again(cahier)) == []


def test_two_themes_or_two_general_objectives_are_told_without_preventing_anything(cahier):
    other = TypePrestationFactory(code="projet-structure", label="Projet de la structure")
    services.update_section(
        cahier,
        "objectifs",
        {"themes": [*cahier.themes.all(), other], "objectif_general": "- Un objectif\n- Un autre"},
        actor=SYSTEM,
    )
    fresh = again(cahier)

    told = " ".join(text for _, text in sections.warnings(fresh))

    assert "Deux thèmes ou plus" in told
    assert "L’objectif général semble en contenir plusieurs" in told
    assert services.valider(fresh, SYSTEM).state == "valide"


def test_a_range_above_the_budget_is_told(cahier):
    services.update_section(cahier, "calendrier", {"cout_jour": Decimal("900")}, actor=SYSTEM)

    told = [text.replace("\u202f", " ").replace("\u00a0", " ") for _, text in sections.warnings(again(cahier))]

    assert any("15 750,00 € pour 15 000,00 €" in text for text in told)


def test_a_deadline_after_the_work_has_begun_is_told_without_preventing_anything(cahier):
    late = "La date limite de réponse vient après le début de l’intervention."

    def told() -> list[str]:
        return [text for _, text in sections.warnings(again(cahier))]

    day = again(cahier).date_limite.astimezone(cahier.zone).date()
    begin(cahier.ingenierie, day)
    assert late not in told()
    begin(cahier.ingenierie, day - dt.timedelta(days=1))
    assert late in told()


# --- Lifecycle ------------------------------------------------------------------------------------------------------


def test_a_validated_text_no_longer_changes_until_the_writing_is_taken_up_again(cahier):
    valid = services.valider(cahier, SYSTEM)

    with pytest.raises(NotAllowed, match="validé"):
        services.update_section(valid, "titre", {"titre": "x"}, actor=SYSTEM)
    # An object loaded before the validation does not pass either.
    with pytest.raises(NotAllowed):
        services.update_section(cahier, "titre", {"titre": "x"}, actor=SYSTEM)
    with pytest.raises(NotAllowed):
        services.prefill_empty(valid, actor=SYSTEM)

    draft = services.reprendre(valid, SYSTEM)
    services.update_section(draft, "titre", {"titre": "x"}, actor=SYSTEM)
    assert again(cahier).titre == "x"


def test_diffusing_freezes_the_content_with_its_fingerprint_and_asks_for_the_pdf(diffused):
    version = VersionDiffusee.objects.get()

    assert diffused.state == "diffuse"
    assert hashlib.sha256(version.contenu.encode()).hexdigest() == version.empreinte
    assert version.is_intact
    assert version.data["schema"] == content.SCHEMA
    assert version.data["titre"] == diffused.titre
    assert len(version.data["structures"]) == 5
    assert "contact" not in version.contenu.replace("contacts", "")
    job = Job.objects.get()
    assert job.payload == {"code": DOCUMENT_DIFFUSE, "object_id": version.pk, "blank": False, "keep": True}
    assert kept_document(version, DOCUMENT_DIFFUSE) is None


def test_the_pdf_is_made_once_and_the_same_for_everybody(diffused, run_jobs):
    run_jobs()
    version = VersionDiffusee.objects.get()
    document = kept_document(version, DOCUMENT_DIFFUSE)

    assert document.kept
    assert document.filename == f"{diffused.reference}-v1.pdf"
    assert run_jobs() == 0
    assert GeneratedDocument.objects.count() == 1
    with pytest.raises(StaleState):
        services.remake_pdf(version, actor=SYSTEM)


def test_a_pdf_whose_making_failed_is_asked_again_by_the_pilot(diffused, pilot, contributor, run_jobs):
    version = VersionDiffusee.objects.get()
    Job.objects.update(state=JobState.ECHEC)

    with pytest.raises(NotAllowed):
        services.remake_pdf(version, actor=actor_of(contributor))
    services.remake_pdf(version, actor=actor_of(pilot))
    with pytest.raises(StaleState):
        services.remake_pdf(version, actor=actor_of(pilot))
    run_jobs()

    assert kept_document(version, DOCUMENT_DIFFUSE) is not None


def test_a_double_click_on_diffuser_diffuses_once(cahier):
    valid = services.valider(cahier, SYSTEM)
    services.diffuser(valid, SYSTEM, version=valid.version)

    with pytest.raises(StaleState):
        services.diffuser(valid, SYSTEM, version=valid.version)

    assert VersionDiffusee.objects.count() == 1
    assert Job.objects.count() == 1


def test_nothing_is_diffused_after_the_deadline_nor_without_one(cahier, clock_at):
    valid = services.valider(cahier, SYSTEM)
    clock_at("2027-01-15 17:00")

    with pytest.raises(ConditionsNotMet) as refused:
        services.diffuser(valid, SYSTEM)

    assert "est passée" in refused.value.reasons[0]
    assert not VersionDiffusee.objects.exists()
    assert not Job.objects.exists()


def test_what_was_validated_is_what_is_diffused(cahier, dossier):
    valid = services.valider(cahier, SYSTEM)
    Structure.objects.filter(ciblages__ingenierie=dossier).update(budget=Decimal("1.00"))

    with pytest.raises(ConditionsNotMet) as refused:
        services.diffuser(valid, SYSTEM)

    assert "a changé depuis la validation" in refused.value.reasons[0]
    services.diffuser(services.valider(services.reprendre(valid, SYSTEM), SYSTEM), SYSTEM)
    assert VersionDiffusee.objects.get().data["structures"][0]["details"]["budget"] == "1,00\u00a0€"


def test_a_diffused_version_cannot_be_altered(diffused, dossier):
    version = VersionDiffusee.objects.get()
    version.contenu = "{}"

    with pytest.raises(FrozenError):
        version.save()
    with pytest.raises(FrozenError):
        version.delete()
    with pytest.raises(FrozenError):
        VersionDiffusee.objects.update(contenu="{}")
    with pytest.raises(FrozenError):
        VersionDiffusee.objects.all().delete()
    with pytest.raises(FrozenError):
        VersionDiffusee.objects.bulk_update([version], ["contenu"])
    with pytest.raises(NotAllowed, match="figée"):
        services.update_section(diffused, "titre", {"titre": "x"}, actor=SYSTEM)

    update_identite(dossier, actor=SYSTEM, expected_version=None, values={"titre": "Autre"}, many_to_many={})
    assert VersionDiffusee.objects.get().data["titre"].startswith("Aide à la mise en œuvre")


def test_rectifying_opens_a_new_version_and_keeps_the_old_one(diffused, run_jobs):
    with pytest.raises(InvalidInput, match="motif"):
        services.rectifier(diffused, SYSTEM, "  ")
    draft = services.rectifier(diffused, SYSTEM, "Le calendrier change.")
    assert (draft.state, draft.numero, draft.reference) == ("brouillon", 2, diffused.reference)

    services.update_section(draft, "calendrier", {"calendrier": "Nouveau calendrier"}, actor=SYSTEM)
    services.diffuser(services.valider(again(draft), SYSTEM), SYSTEM)
    run_jobs()

    old, new = VersionDiffusee.objects.order_by("numero")
    assert (old.numero, new.numero, new.motif) == (1, 2, "Le calendrier change.")
    assert old.data["calendrier"] != new.data["calendrier"] == "Nouveau calendrier"
    assert old.is_intact
    assert {kept_document(v, DOCUMENT_DIFFUSE).filename for v in (old, new)} == {
        f"{draft.reference}-v1.pdf",
        f"{draft.reference}-v2.pdf",
    }


def test_only_the_pilot_validates_diffuses_and_rectifies(cahier, contributor, dossier):
    actor = actor_of(contributor)
    services.update_section(cahier, "titre", {"titre": "Un contributeur écrit"}, actor=actor)

    for state, action in (("brouillon", "valider"), ("valide", "reprendre"), ("valide", "diffuser")):
        with pytest.raises(NotAllowed, match="revient au pilote"):
            services.perform_action(again(cahier), action, actor=actor, expected_state=state, reason="x")
        if action == "valider":
            services.valider(again(cahier), SYSTEM)
    services.diffuser(again(cahier), SYSTEM)
    with pytest.raises(NotAllowed):
        services.rectifier(again(cahier), actor, "x")
    assert again(cahier).state == "diffuse"


def test_a_reader_writes_nothing(cahier, dossier):
    for user in (member(dossier.pilote, role="lecture"), member(OrganisationFactory())):
        with pytest.raises(NotAllowed):
            services.update_section(cahier, "titre", {"titre": "x"}, actor=actor_of(user))


# --- What the cycle is told -----------------------------------------------------------------------------------------


def test_the_gate_and_the_evidence_follow_the_state(dossier):
    assert not answer(dossier).ok
    assert answer(dossier).detail == "pas encore commencé"
    assert "confirmer.modalites.cahier" not in evidence_for(dossier)

    cahier = slot.cahier(dossier)
    assert (answer(dossier).ok, answer(dossier).detail) == (False, "brouillon")
    assert evidence_for(dossier)["confirmer.modalites.cahier"].text == "Cahier des charges : brouillon"

    valid = services.valider(cahier, SYSTEM)
    assert (answer(dossier).ok, answer(dossier).detail) == (False, "validé")
    diffused = services.diffuser(valid, SYSTEM)
    assert (answer(dossier).ok, answer(dossier).detail) == (True, "diffusé")
    services.rectifier(diffused, SYSTEM, "Erreur")
    assert (answer(dossier).ok, answer(dossier).detail) == (False, "brouillon, version 2")


def test_the_digest_does_not_depend_on_the_order_of_things(cahier):
    built = content.build(cahier)

    assert content.digest(built) == content.digest(dict(reversed(list(built.items()))))
    assert canonical({"é": 1, "a": "ç"}) == '{"a":"ç","é":1}'


def test_objectives_changed_in_the_project_leave_the_cahier_as_it_is(cahier, dossier):
    set_objectifs(dossier, actor=SYSTEM, propres_strategiques=["Tout autre chose"])

    assert "réorganisation" in again(cahier).objectif_general


def test_another_cost_than_the_mean_of_the_region_asks_a_reason_and_never_blocks(cahier):
    set_rule(
        cahier.ingenierie.pilote.region,
        {
            "depuis": dt.date(2026, 11, 21), "invites_min": 2, "invites_max": 3, "cout_jour": Decimal("640.00"),
            "regime": "ttc",
        },
        actor=SYSTEM,
    )  # fmt: skip

    def told(**values):
        services.update_section(cahier, "calendrier", values, actor=SYSTEM)
        return " ".join(text for _, text in sections.warnings(again(cahier)))

    assert "constaté dans la région" in told(cout_jour=Decimal("900.00"), regime="ttc", cout_precisions="")
    assert sections.missing(again(cahier)) == [], "it is said, nothing is blocked"
    assert "constaté dans la région" not in told(cout_precisions="Une expertise rare.")
    assert "constaté dans la région" not in told(cout_jour=Decimal("640.00"), cout_precisions="")

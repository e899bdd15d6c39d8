"""What makes the mails of the uses of the library leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.ressources import perform_action
from capitalisation.usages.models import QuestionRessource, Signalement
from capitalisation.usages.services import liens, questions, signalements, utilisations
from core import clock
from core.jobs import enqueue_daily, run_pending
from core.probe import Answer
from tests.capitalisation import scene
from tests.factories import OrganisationFactory, actor_of, member


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def morning(world) -> None:
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()

    def of(world, **more) -> Ressource:
        return scene.ressource(world.organisation, auteur=world.inviter, **more)

    def asked(world, row) -> QuestionRessource:
        said = {"genre": "question", "texte": "Vaut-il ailleurs ?"}
        return questions.ask(row, said, actor=actor_of(member(email="lectrice@example.org")))

    def question(world) -> Any:
        row = asked(world, of(world))
        morning(world)
        said = {"reponse": "Oui."}
        by = actor_of(world.inviter)
        return Told({world.inviter.email}, lambda: questions.answer(row, said, actor=by, expected_version=None))

    def answered(world) -> Any:
        row, by = asked(world, of(world)), actor_of(world.inviter)
        questions.answer(row, {"reponse": "Oui."}, actor=by, expected_version=None)
        fresh = QuestionRessource.objects.get(pk=row.pk)
        return Told(
            {"lectrice@example.org"}, lambda: questions.take_out(fresh, "Elle nomme.", actor=by, expected_version=None)
        )

    def taken_out(world) -> Any:
        row = of(world)
        questions.take_out(asked(world, row), "Elle nomme.", actor=actor_of(world.inviter), expected_version=None)
        return Told({"lectrice@example.org"}, lambda: Ressource.objects.filter(pk=row.pk).delete())

    def settled(row: Signalement, world) -> None:
        said = {"etat": "traite", "suite": "Corrigé."}
        signalements.settle(row, said, actor=actor_of(world.inviter), expected_version=None)

    def reported(world) -> Any:
        by = actor_of(member(email="lectrice@example.org"))
        row = signalements.report(of(world), {"motif": "lien", "texte": ""}, actor=by)
        morning(world)
        return Told({world.inviter.email}, lambda: settled(row, world))

    def rights(world) -> Any:
        c2ra = member(OrganisationFactory(c2ra=True, region=world.organisation.region))
        by = actor_of(member(email="lectrice@example.org"))
        row = signalements.report(of(world), {"motif": "droits", "texte": ""}, actor=by)
        return Told({world.inviter.email, c2ra.email}, lambda: settled(row, world))

    def dealt_with(world) -> Any:
        by = actor_of(member(email="lectrice@example.org"))
        row = signalements.report(of(world), {"motif": "erreur", "texte": "Page 2."}, actor=by)
        settled(row, world)
        return Told({"lectrice@example.org"}, lambda: Ressource.objects.filter(pk=row.ressource_id).delete())

    def again(row: Ressource) -> None:
        Ressource.objects.filter(pk=row.pk).update(a_reverifier_le=clock.today() + dt.timedelta(days=400))

    def to_verify(world) -> Any:
        row = of(world, a_reverifier_le=dt.date(2026, 12, 15))
        morning(world)
        return Told({world.inviter.email}, lambda: again(row))

    def watch(world) -> Any:
        c2ra = member(OrganisationFactory(c2ra=True, region=world.organisation.region))
        row = of(world, sorte="veille_juridique", a_reverifier_le=dt.date(2026, 11, 20))
        morning(world)
        run_pending()  # its author is told first
        world.clock_at("2027-01-20 07:00")
        enqueue_daily()
        return Told({c2ra.email}, lambda: again(row))

    def dead(world) -> Any:
        row = of(world)
        for day in (19, 20, 21):
            world.clock_at(f"2026-11-{day} 10:00")
            liens.note(row.pk, row.lien, Answer(False, "page introuvable (404)"), actor=scene.SYSTEM)
        morning(world)
        good = Answer(True, "répond")
        return Told({world.inviter.email}, lambda: liens.note(row.pk, row.lien, good, actor=scene.SYSTEM))

    def archived(world) -> Any:
        user = member(email="lectrice@example.org", role="responsable")
        row, by = of(world), actor_of(world.inviter)
        utilisations.use(row, None, actor=actor_of(user))
        gone = perform_action(row, "archiver", actor=by, expected_state="publiee", reason="Dépassée.")
        morning(world)
        return Told(
            {"lectrice@example.org"}, lambda: perform_action(gone, "rouvrir", actor=by, expected_state="archivee")
        )

    return {
        "capitalisation/question_ressource": question,
        "capitalisation/question_repondue": answered,
        "capitalisation/question_retiree": taken_out,
        "capitalisation/signalement": reported,
        "capitalisation/signalement_droits": rights,
        "capitalisation/signalement_suite": dealt_with,
        "capitalisation/ressource_a_reverifier": to_verify,
        "capitalisation/veille_depassee": watch,
        "capitalisation/lien_mort": dead,
        "capitalisation/ressource_archivee": archived,
    }

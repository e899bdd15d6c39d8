"""Two calls to prestataires, whole: from the diffused cahier des charges to the signed convention.

The pilot sits at a desk, the prestataire and the structures hold a phone of 360 px; each has a browser of her own.
"""

from __future__ import annotations

import datetime as dt

from missions.conventions.models import Convention
from projects.ingenierie.models import Ingenierie
from tests.browser import calling, deciding
from tests.browser.call_worlds import artistic_world, slot_world

DAY = dt.date(2026, 11, 21)
AFTER = dt.date(2027, 1, 18)
DESK, PHONE = 1440, 360


def test_the_slot_call_in_complete_mode_goes_to_the_convention_signed_by_all(somebody, moved, worker):
    moved(DAY, 10)
    world = slot_world()
    she, he = somebody(DESK), somebody(PHONE)

    # --- The call is sent; a candidate asks, all read the answer; one proposition is written on a phone
    calling.enter(she, world.pilot, "Bonjour Camille")
    calling.prepare(she, world)
    calling.discover(he, world.nina, world)
    calling.ask(he, "Les journées peuvent-elles se tenir le samedi ?")
    calling.answer(she, "Les journées peuvent-elles se tenir le samedi ?", "Non : en semaine seulement.")
    he.page.reload()
    he.reads("Non : en semaine seulement.")
    he.look("candidat-consultation")
    calling.write_the_proposition(he)
    receipt = calling.deposit(he)
    calling.others_propose(world)

    # --- After the deadline: the opening, the readings, the decision, what each is told
    moved(AFTER, 9)
    deciding.open_the_propositions(she, world, receipt)
    for number in (0, 1):
        deciding.read_by_link(somebody(PHONE), world, number)
    deciding.read_oneself(she, world)
    deciding.decide(she)
    deciding.be_told_no(somebody(PHONE), world.others[0].user)

    # --- The project is built together, the convention signed
    deciding.build_together(she, he, world)
    deciding.validate_by_link(somebody(PHONE))
    deciding.begin_the_convention(she)
    deciding.complete_the_convention(she, world, ("4400", "10000"))
    deciding.send_to_sign(she)
    deciding.sign_online(somebody(PHONE))
    deciding.sign_on_paper(she)
    deciding.pass_to_finaliser(she)

    assert Ingenierie.objects.get().state == "finaliser"
    convention = Convention.objects.get()
    assert convention.state == "signee"
    assert convention.prix_ttc == 14_400
    assert {row.mode for row in convention.actes.get().signataires.all()} == {"en_ligne", "papier"}


def test_the_artistic_projects_call_in_simplified_mode_goes_to_the_convention_signed_on_paper(somebody, moved, worker):
    moved(DAY, 10)
    world = artistic_world()
    she, he = somebody(DESK), somebody(PHONE)

    calling.enter(she, world.pilot, "Bonjour Ysaline")
    calling.prepare_simplified(she, world)
    calling.answer_the_four_questions(he, world)
    calling.preselect(she)
    calling.receive_and_write(he, world)
    deciding.decide_simplified(she, world)
    deciding.begin_the_convention(she)
    deciding.complete_the_convention(she, world, ("1200", "2400"))
    deciding.sign_on_paper(she)

    convention = Convention.objects.get()
    assert convention.state == "signee"
    assert convention.prix_ttc == 3_600

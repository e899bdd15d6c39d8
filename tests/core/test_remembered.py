"""Parts of pages drawn once for the same values."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import reverse

from core.addresses import address
from core.rows import Remembered
from projects.tabs import TABS

PART = Template('{% remembered "essai" who what %}{{ who }} : {{ what }} ({{ drawn }}){% endremembered %}')


def draw(**values) -> str:
    return PART.render(Context(values))


def test_a_part_is_found_again_for_the_same_values():
    assert draw(who="Ana", what=("a", 1), drawn="une fois") == draw(who="Ana", what=("a", 1), drawn="deux fois")


@pytest.mark.parametrize("change", [{"who": "Zoé"}, {"what": ("a", 2)}])
def test_a_part_is_drawn_again_as_soon_as_one_of_its_values_changes(change):
    values = {"who": "Ana", "what": ("b", 1)}
    draw(**values, drawn="avant")
    assert draw(**(values | change), drawn="après").endswith("(après)")


def test_what_is_typed_is_escaped_in_a_part_that_is_found_again():
    for _ in range(2):
        assert "<b>" not in draw(who="<b>", what=(), drawn="")


def test_memory_of_parts_is_bounded():
    remembered = Remembered(3)
    for n in range(50):
        remembered.get(n, lambda: "x")
        assert len(remembered._rows) <= 3


def test_no_token_of_a_session_is_kept_in_a_part():
    for path in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        for part in re.findall(r"{% remembered .*?{% endremembered %}", path.read_text("utf-8"), re.S):
            assert "csrf" not in part, path


def test_the_address_of_every_tab_is_the_one_of_its_route():
    for _, tab in TABS.items():
        assert address(tab.route, 7342) == reverse(tab.route, args=[7342])

"""How the tests of the portfolio name its pages, and read them."""

from django.urls import reverse


def page(name, *args) -> str:
    """The address of a page of the portfolio."""
    return reverse(f"portfolio:{name}", args=args)


def text(response) -> str:
    return response.content.decode()

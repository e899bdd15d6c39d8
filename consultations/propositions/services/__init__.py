"""What is done of a proposition: written, deposited, taken back, opened. Each file has its part; the names that the
rooms above call are here."""

from consultations.propositions.services.brouillon import add_piece, save_draft
from consultations.propositions.services.depots import deposit, withdraw
from consultations.propositions.services.ouverture import open_call

__all__ = ["add_piece", "deposit", "open_call", "save_draft", "withdraw"]

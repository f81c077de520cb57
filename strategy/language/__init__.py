"""Two languages: messages, their translations, and numbers as a reader of each language writes them."""

from strategy.language.catalog import DEFAULT, LANGUAGES, Language, Message, Speaks, Spoken, as_language, msg, say, translate
from strategy.language.lists import Joined
from strategy.language.numbers import Day, amount, date_text, money, number, percent

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "Day",
    "Joined",
    "Language",
    "Message",
    "Speaks",
    "Spoken",
    "amount",
    "as_language",
    "date_text",
    "money",
    "msg",
    "number",
    "percent",
    "say",
    "translate",
]

"""Signs, codes and names of currencies, and the one writing each is known by here."""

from __future__ import annotations

#: Sign or code -> the currency it stands for. ``¥`` is not told apart further: yuan and yen are not met in one file.
_CURRENCIES = {
    "¥": "¥", "元": "¥", "人民币": "¥", "CNY": "¥", "RMB": "¥", "CN¥": "¥", "JP¥": "JPY", "JPY": "JPY", "円": "JPY",
    "$": "$", "US$": "$", "USD": "$", "HK$": "HKD", "HKD": "HKD", "NT$": "TWD", "TWD": "TWD", "A$": "AUD", "C$": "CAD",
    "€": "€", "EUR": "€", "£": "£", "GBP": "£", "₩": "KRW", "₹": "INR", "RS": "INR", "R$": "BRL", "CHF": "CHF", "KR": "KR",
    "EURO": "€", "EUROS": "€", "DOLLAR": "$", "DOLLARS": "$", "YUAN": "¥", "YEN": "JPY", "POUND": "£", "POUNDS": "£",
    "美元": "$", "欧元": "€", "英镑": "£", "港币": "HKD", "日元": "JPY", "₽": "RUB", "฿": "THB", "₫": "VND",
}  # fmt: skip


def currency_of(text: str) -> str:
    """The currency a sign, a code or a name stands for, in one writing: ``€`` for EUR. A text that is not known stands for itself."""
    return _CURRENCIES.get(text.strip().upper(), text.strip().upper())


def known_currency(text: str) -> str | None:
    """The currency of a sign, a code or a name, None where the text is none that is known."""
    return _CURRENCIES.get(text.strip().upper())

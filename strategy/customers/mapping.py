"""Which column of a file holds the customer, the date, the amount: said by a person, proposed from headings and contents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from strategy.customers.reading import FilePreview
from strategy.errors import ImportRefused
from strategy.language import Message, msg

DateOrder = Literal["dmy", "mdy", "ymd"]
DecimalMark = Literal[".", ","]

#: What a column can hold, the needed ones first.
ROLES = ("customer", "date", "amount", "order", "quantity", "price", "margin", "product", "channel", "region")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """How a file is read where somebody has said so, beside which column is what; kept with the data as JSON."""

    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    time_zone: str | None = None
    times_in: str | None = None

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | dict[str, Any]) -> Self:
        return cls(**(json.loads(text) if isinstance(text, str) else text))


@dataclass(frozen=True)
class Mapping(Chosen):
    """Headings of the file's columns by what they hold, and how to read what can be read in two ways.

    Attributes:
        amount: money of the line; may be left out when ``quantity`` and ``price`` are given (amount = quantity x price).
        margin: money the line earned after its costs. ``product``, ``channel``, ``region``: what, where and for whom.
        date_order: ``dmy``, ``mdy`` or ``ymd``, needed only when the data fit two of them.
        decimal: ``.`` or ``,``, needed only when the data fit both.
        sheet, encoding, delimiter: to overrule what was found.
        time_zone: the shop's time zone (IANA name), in which days are cut; None takes days as they are written.
        times_in: the zone of times written without an offset; None: the shop's own.
    """

    customer: str
    date: str
    amount: str | None = None
    order: str | None = None
    quantity: str | None = None
    price: str | None = None
    margin: str | None = None
    product: str | None = None
    channel: str | None = None
    region: str | None = None

    def columns(self) -> dict[str, str]:
        """Role -> heading, for the roles that are filled."""
        return {role: heading for role in ROLES if (heading := getattr(self, role))}


ROLE_NAMES: dict[str, Message] = {
    "customer": msg("customer"),
    "date": msg("date"),
    "amount": msg("amount"),
    "order": msg("order"),
    "quantity": msg("quantity"),
    "price": msg("unit price"),
    "margin": msg("margin"),
    "product": msg("product"),
    "channel": msg("channel"),
    "region": msg("region"),
}

#: Headings by role, best first: exact words, then parts of words.
WORDS: dict[str, tuple[str, ...]] = {
    "customer": (
        "customerid", "customer", "customerno", "customernumber", "clientid", "client", "memberid", "member", "userid", "accountid",
        "buyerid", "cardno", "客户编号", "客户id", "客户号", "客户代码", "会员编号", "会员号", "会员id", "会员卡号",
        "顾客编号", "顾客id", "客户", "会员", "顾客", "用户id", "用户", "买家", "客户名称", "会员名称", "cust",
        "email", "customeremail", "buyeremail", "mobile", "phone", "邮箱", "手机号", "手机", "电话",
    ),
    "date": (
        "date", "orderdate", "invoicedate", "purchasedate", "transactiondate", "saledate", "日期", "订单日期", "购买日期",
        "消费日期", "交易日期", "下单日期", "下单时间", "购买时间", "交易时间", "消费时间", "时间", "timestamp", "time", "day",
    ),
    "amount": (
        "amount", "total", "revenue", "sales", "netamount", "linetotal", "totalamount", "orderamount", "spend", "value", "金额",
        "销售额", "销售金额", "消费金额", "订单金额", "实付金额", "交易金额", "成交金额", "付款金额", "总价", "总额",
    ),
    "order": (
        "orderid", "order", "orderno", "ordernumber", "invoiceno", "invoice", "invoiceid", "invoicenumber", "transactionid",
        "receipt", "receiptno", "订单号", "订单编号", "订单", "单号", "单据号", "小票号", "发票号", "流水号",
    ),
    "quantity": ("quantity", "qty", "units", "pieces", "numberof", "数量", "件数", "销量"),
    "price": ("unitprice", "price", "priceperunit", "单价", "售价", "价格"),
    "margin": ("margin", "grossmargin", "contribution", "grossprofit", "profit", "毛利", "毛利额", "利润", "贡献毛利"),
    "product": (
        "product", "productname", "productid", "stockcode", "sku", "item", "itemname", "category", "description", "商品名称",
        "商品", "产品", "产品名称", "商品编码", "品类", "品名", "货号",
    ),
    "channel": ("channel", "saleschannel", "store", "shop", "branch", "outlet", "渠道", "门店", "店铺", "销售渠道", "网点"),
    "region": ("region", "country", "province", "state", "city", "area", "地区", "区域", "省份", "省", "城市", "国家"),
}  # fmt: skip


#: Characters of headings as Taiwan and Hong Kong write them, and as the words above do.
_SIMPLIFIED = str.maketrans(
    "編號會員訂單購買時間額銷實總價數據發產類貨門鋪區國顧戶碼郵機電話網點貢獻潤稱項規狀態訴題評內聯繫進績費",
    "编号会员订单购买时间额销实总价数据发产类货门铺区国顾户码邮机电话网点贡献润称项规状态诉题评内联系进绩费",
)


def _normal(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).lower().translate(_SIMPLIFIED)


_DATE = re.compile(
    r"\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}|^\d{8}$|\d{1,2}[- ][A-Za-z]{3,9}[-, ]+\d{2,4}|[A-Za-z]{3,9}[-. ]+\d{1,2}[-, ]+\d{4}"
)


def date_like(value: str) -> bool:
    return bool(_DATE.search(value))


def number_like(value: str) -> bool:
    return bool(re.fullmatch(r"[^\d]{0,4}\(?[-−]?\d[\d.,'\s]*\)?[^\d]{0,4}", value.strip()))


_FITS: dict[str, Callable[[str], bool]] = {
    "customer": lambda _: True,
    "order": lambda value: not date_like(value),
    "date": date_like,
    "amount": lambda value: number_like(value) and not date_like(value),
    "quantity": lambda value: number_like(value) and not date_like(value),
    "price": lambda value: number_like(value) and not date_like(value),
    "margin": lambda value: number_like(value) and not date_like(value),
    "product": lambda value: not date_like(value),
    "channel": lambda value: not date_like(value) and not number_like(value),
    "region": lambda value: not date_like(value) and not number_like(value),
}


def suits(heading: str, values: Iterable[str], words: tuple[str, ...], fits: Callable[[str], bool]) -> float:
    """How well a column suits a role: above 1 by heading, 0.5 where the contents alone speak for it, 0 where they speak against it."""
    present = [value for value in values if value.strip()]
    if present and sum(map(fits, present)) < 0.6 * len(present):
        return 0.0
    name = _normal(heading)
    if name in words:
        return 3.0 - words.index(name) / 100
    inside = [at for at, word in enumerate(words) if len(word) > (1 if ord(word[0]) > 127 else 3) and word in name]
    if inside:
        return 2.0 - min(inside) / 100
    return 0.5 if fits is date_like and present else 0.0


def best_columns(preview: FilePreview, words: dict[str, tuple[str, ...]], fits: dict[str, Callable[[str], bool]]) -> dict[str, str]:
    """Role -> heading of the column that suits it best; each column serves once, and a role nobody recognises is left out."""
    columns = {heading: [row[at] for row in preview.rows if at < len(row)] for at, heading in enumerate(preview.columns)}
    scored = sorted(
        (
            (suits(heading, values, words[role], fits[role]), -at, role, heading)
            for role in words
            for at, (heading, values) in enumerate(columns.items())
        ),
        reverse=True,
    )
    chosen: dict[str, str] = {}
    for score, _, role, heading in scored:
        if score > 0 and role not in chosen and heading not in chosen.values():
            chosen[role] = heading
    return chosen


def propose(preview: FilePreview, earlier: Iterable[Mapping] = ()) -> Mapping:
    """The likeliest mapping. A role nobody recognises is left empty (``""`` for customer and date) for a person to fill.

    Args:
        earlier: mappings a person confirmed before, newest first: the first whose columns the file has is taken over.
    """
    for known in earlier:
        if set(known.columns().values()) <= set(preview.columns):
            return replace(known, sheet=preview.sheet if len(preview.sheets) > 1 else None, encoding=None, delimiter=None)
    chosen = best_columns(preview, WORDS, _FITS)
    if "amount" not in chosen and "price" in chosen and "quantity" not in chosen:
        # A lone price is the money of the line.
        chosen["amount"] = chosen.pop("price")
    return Mapping(
        customer=chosen.get("customer", ""),
        date=chosen.get("date", ""),
        amount=chosen.get("amount"),
        order=chosen.get("order"),
        **{role: chosen.get(role) for role in ROLES[4:]},  # type: ignore[arg-type]
    )


def check_mapping(mapping: Mapping, preview: FilePreview) -> None:
    """Every needed role is filled, every named column exists, and no column serves twice.

    Raises:
        ImportRefused: naming the role or the column, with the columns there are.
    """
    fix = msg("The file has the columns {columns}.", columns=columns_there(preview))
    for role in ("customer", "date"):
        if not getattr(mapping, role):
            raise ImportRefused(msg("No column is chosen for the {role}", role=ROLE_NAMES[role]), preview.name, fix)
    if not mapping.amount and not (mapping.quantity and mapping.price):
        raise ImportRefused(
            msg("No column is chosen for the amount"), preview.name, msg("Choose an amount, or both a quantity and a unit price.")
        )
    check_columns(mapping.columns(), ROLE_NAMES, preview)


def check_columns(columns: dict[str, str], names: dict[str, Message], preview: FilePreview) -> None:
    """Every named column (role -> heading) exists, and none serves twice. Raises :class:`ImportRefused`."""
    used: dict[str, str] = {}
    for role, heading in columns.items():
        if heading not in preview.columns:
            raise ImportRefused(
                msg("There is no column {column} for the {role}", column=heading, role=names[role]),
                preview.name,
                msg("The file has the columns {columns}.", columns=columns_there(preview)),
            )
        if heading in used:
            raise ImportRefused(
                msg("The column {column} is chosen both for the {role} and the {other}",
                    column=heading, role=names[used[heading]], other=names[role]),
                preview.name,
                msg("Choose a different column for one of them."),
            )  # fmt: skip
        used[heading] = role


def columns_there(preview: FilePreview) -> str:
    """The headings of a file, many cut short."""
    return ", ".join(preview.columns[:30]) + (" ..." if len(preview.columns) > 30 else "")

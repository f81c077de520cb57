"""Which column of a file of interactions is what, and which kinds and statuses mean a complaint, and one that is not settled yet.

All of it is proposed from headings and contents, in English and Chinese, and decided by a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from strategy.customers.mapping import (
    WORDS,
    Chosen,
    Mapping,
    best_columns,
    check_columns,
    columns_there,
    date_like,
    number_like,
)
from strategy.customers.reading import FilePreview
from strategy.errors import ImportRefused
from strategy.language import Message, msg

#: What a column can hold, the needed ones first.
INTERACTION_ROLES = ("customer", "date", "kind", "channel", "status", "score", "topic")

INTERACTION_ROLE_NAMES: dict[str, Message] = {
    "customer": msg("customer"),
    "date": msg("date"),
    "kind": msg("kind of interaction"),
    "channel": msg("channel"),
    "status": msg("status"),
    "score": msg("satisfaction score"),
    "topic": msg("topic"),
}


@dataclass(frozen=True)
class InteractionMapping(Chosen):
    """Headings of the file's columns by what they hold, and how to read what can be read in two ways.

    Attributes:
        kind: what each interaction was; where no column says it, ``every_kind`` is the kind of every row.
        status: what became of it. ``score``: how satisfied the customer was, a number. ``topic``: reason or subject.
        date_order, decimal, sheet, encoding, delimiter, time_zone, times_in: as in a mapping of purchases.
    """

    customer: str
    date: str
    kind: str | None = None
    every_kind: str | None = None
    channel: str | None = None
    status: str | None = None
    score: str | None = None
    topic: str | None = None

    def columns(self) -> dict[str, str]:
        """Role -> heading, for the roles that are filled."""
        return {role: heading for role in INTERACTION_ROLES if (heading := getattr(self, role))}

    def staged(self) -> Mapping:
        """The mapping under which the reader of purchases stages these columns; :data:`STAGED` says where each then stands."""
        return Mapping(
            customer=self.customer, date=self.date, order=self.kind, product=self.topic, channel=self.channel, region=self.status,
            price=self.score, date_order=self.date_order, decimal=self.decimal, time_zone=self.time_zone, times_in=self.times_in,
        )  # fmt: skip


#: Role -> column of the staged rows; see :meth:`InteractionMapping.staged`.
STAGED = {"kind": "order_id", "channel": "channel", "status": "region", "topic": "product"}

_WORDS: dict[str, tuple[str, ...]] = {
    "customer": WORDS["customer"],
    "date": (
        "date", "interactiondate", "contactdate", "complaintdate", "calldate", "visitdate", "createdat", "created", "createdon",
        "openedat", "openedon", "reportedat", "receivedon", "日期", "互动日期", "互动时间", "联系日期", "联系时间", "投诉日期",
        "投诉时间", "来电时间", "拜访日期", "受理时间", "受理日期", "创建时间", "发生时间", "反馈时间", "时间", "timestamp", "time", "day",
    ),
    "kind": (
        "kind", "type", "interactiontype", "contacttype", "interaction", "activitytype", "activity", "tickettype", "casetype",
        "recordtype", "requesttype", "类型", "互动类型", "联系类型", "工单类型", "服务类型", "业务类型", "反馈类型", "事件类型", "类别",
        "互动方式", "性质",
    ),
    "channel": ("channel", "contactchannel", "source", "medium", "via", "渠道", "联系渠道", "受理渠道", "来源", "联系方式", "途径"),
    "status": (
        "status", "state", "outcome", "resolution", "result", "resolved", "closed", "casestatus", "ticketstatus", "状态", "处理状态",
        "处理结果", "结果", "是否解决", "是否已解决", "是否结案", "工单状态", "进展",
    ),
    "score": (
        "score", "satisfaction", "customersatisfaction", "satisfactionscore", "csat", "rating", "stars", "评分", "满意度", "满意度评分",
        "客户满意度", "得分", "打分", "星级",
    ),
    "topic": (
        "topic", "reason", "subject", "complaintreason", "category", "issue", "cause", "description", "comment", "text", "note",
        "主题", "原因", "事由", "投诉原因", "投诉内容", "内容", "问题", "问题类型", "问题描述", "描述", "备注",
    ),
}  # fmt: skip


def _word(value: str) -> bool:
    return not date_like(value) and not number_like(value)


_FITS: dict[str, Callable[[str], bool]] = {
    "customer": lambda value: not date_like(value) or value.isdigit(),
    "date": date_like,
    "kind": _word,
    "channel": _word,
    "status": _word,
    "score": lambda value: number_like(value) and not date_like(value),
    "topic": lambda value: not date_like(value) and not number_like(value),
}


def propose_interactions(preview: FilePreview, earlier: Iterable[InteractionMapping] = ()) -> InteractionMapping:
    """The likeliest mapping. A role nobody recognises is left empty (``""`` for customer and date) for a person to fill.

    Args:
        earlier: mappings a person confirmed before, newest first: the first whose columns the file has is taken over.
    """
    for known in earlier:
        if set(known.columns().values()) <= set(preview.columns):
            return replace(known, sheet=preview.sheet if len(preview.sheets) > 1 else None, encoding=None, delimiter=None)
    chosen = best_columns(preview, _WORDS, _FITS)
    named = preview.name.casefold()
    # A file of complaints alone often has no column that says so; its name does.
    every = next((word for word in ("complaint", "投诉", "客诉") if word in named), None) if "kind" not in chosen else None
    return InteractionMapping(
        customer=chosen.get("customer", ""),
        date=chosen.get("date", ""),
        every_kind=every,
        **{role: chosen.get(role) for role in INTERACTION_ROLES[2:]},  # type: ignore[arg-type]
    )


def check_interaction_mapping(mapping: InteractionMapping, preview: FilePreview) -> None:
    """Every needed role is filled, every named column exists, and no column serves twice.

    Raises:
        ImportRefused: naming the role or the column, with the columns there are.
    """
    fix = msg("The file has the columns {columns}.", columns=columns_there(preview))
    for role in ("customer", "date"):
        if not getattr(mapping, role):
            raise ImportRefused(msg("No column is chosen for the {role}", role=INTERACTION_ROLE_NAMES[role]), preview.name, fix)
    if not mapping.kind and not (mapping.every_kind or "").strip():
        raise ImportRefused(
            msg("Nothing says what kind of interaction each row is"),
            preview.name,
            msg("Choose the column with the kind, or say what every row is, such as complaint."),
        )
    check_columns(mapping.columns(), INTERACTION_ROLE_NAMES, preview)


_COMPLAINT = re.compile(r"complain|grievance|dissatisf|投诉|抱怨|客诉|申诉|不满|差评|维权")
_NO_COMPLAINT = re.compile(
    r"\b(no|non|not|without)\b[\s\-_]*(a\s+)?(complain|grievance)|[非无没未](有)?(投诉|抱怨|客诉|申诉|不满|差评)"
)


def means_complaint(kind: str) -> bool:
    """Whether a kind of interaction reads like a complaint, in English or Chinese. A proposal, for a person to decide."""
    text = kind.casefold()
    return bool(_COMPLAINT.search(text)) and not _NO_COMPLAINT.search(text)


_OPEN = re.compile(
    r"^(re-?)?open(ed)?$|pending|in.?progress|unresolved|unsettled|not.(yet.)?(resolved|closed|settled|solved)|waiting|on.?hold|escalated|"
    r"^new$|^assigned$|未解决|未处理|未关闭|未结|未完成|未回复|待处理|待跟进|待回复|待解决|处理中|进行中|跟进中|受理中|新建|已派单"
)
_SETTLED = re.compile(r"resol|clos|settl|solv|解决|结案|完成|关闭")
_NO = ("no", "n", "false", "0", "否", "未", "没有")


def means_open(status: str, heading: str = "") -> bool:
    """Whether a status reads as not settled yet; under a heading such as "resolved" a no does. A proposal, for a person to decide."""
    text = status.strip().casefold()
    if text in _NO:
        return bool(_SETTLED.search(heading.casefold()))
    return bool(_OPEN.search(text))

"""Words by which a questionnaire's headings and answers are recognised, in English and Chinese."""

from __future__ import annotations

import re
import unicodedata

RESPONDENT = (
    "respondent", "respondent id", "response id", "participant", "participant id", "person", "case", "case id", "id", "pid", "no.", "nr",
    "受访者", "参与者", "受访者编号", "答卷编号", "答题序号", "提交序号", "编号", "序号",
)  # fmt: skip
QUESTION = ("question", "item", "statement", "question text", "问题", "题目", "题项", "题干")
ANSWER = ("answer", "response", "value", "回答", "答案", "选项", "取值")
SEGMENT = ("segment", "group", "细分市场", "客户群", "群体")
#: What platforms add about the filling in; it is no answer and not worth naming.
METADATA = frozenset(
    (
        "timestamp", "startdate", "enddate", "recordeddate", "date", "status", "ipaddress", "progress", "finished", "recipientlastname",
        "recipientfirstname", "recipientemail", "externalreference", "locationlatitude", "locationlongitude", "distributionchannel",
        "userlanguage", "时间戳", "提交时间", "提交答卷时间", "开始时间", "结束时间", "所用时间", "来源", "来源详情", "来自ip", "答题时长", "状态",
    )
)  # fmt: skip
_METADATA_PHRASES = ("start date", "end date", "recorded date", "ip address", "duration (in seconds)", "submitted at", "submit date",
                     "started at", "user language", "distribution channel", "response type")  # fmt: skip

#: How platforms and people write that a question was not answered.
UNANSWERED = frozenset(
    ("n/a", "na", "n.a.", "#n/a", "nan", "null", "-", "–", "—", "不适用", "未回答", "未作答", "未答", "(跳过)", "(空)", "跳过")
)
#: Rows of a survey's table that add up its respondents, by what stands where the respondent does; the second only beside one of the first.
SUMS = frozenset(
    ("total", "totals", "grand total", "sum", "mean", "average", "avg", "median", "std", "std dev", "stdev", "standard deviation", "summe",
     "gesamt", "mittelwert", "durchschnitt", "合计", "总计", "小计", "平均", "平均值", "平均分", "均值", "标准差", "中位数")
)  # fmt: skip
PERHAPS_SUMS = frozenset(
    ("n", "count", "max", "min", "maximum", "minimum", "variance", "人数", "样本量", "最大值", "最小值", "方差")
)

_MISSING = re.compile(
    r"dysfunctional|\bdys\b|\bnot\b|n't\b|\bwithout\b|\bmissing\b|\babsent\b|\babsence\b|\bno longer\b|\bnegative\b|\bneg\b|\blacks?\b"
    r"|没有|不具备|不提供|如果不|若不|缺少|没了|无此|反向|负向"
)
_THERE = re.compile(
    r"functional|\bfunc\b|\bpositive\b|\bpos\b|\bwith\b|\bpresent\b|\bhas\b|\bhad\b|\bhave\b|如果有|具备|提供|正向|有这"
)
_CODE_MISSING = re.compile(r"(?:[_\-.\s(\[](?:d|dys|neg|b)|[(\[]\s*[-−]\s*[)\]]|[-−])[)\]\s]*$")
_CODE_THERE = re.compile(r"(?:[_\-.\s(\[](?:f|func|pos|a)|[(\[]\s*\+\s*[)\]]|\+)[)\]\s]*$")

#: Usual wordings of Kano's five answers besides those of the worksheet.
KANO = {
    "like": ("i like it that way", "i like it very much", "like", "i would like it", "i enjoy it", "很喜欢", "非常喜欢", "我喜欢这样", "满意"),
    "must": ("it must be that way", "must be", "must-be", "i expect it that way", "expect", "it is a basic necessity", "理所当然", "必须这样",
             "应该如此", "它理应如此", "必须有"),
    "neutral": ("i am neutral", "neutral", "i do not care", "i don't care", "i don't mind", "no preference", "无所谓", "中立", "都可以"),
    "live": ("i can live with it that way", "can live with it", "live with", "i can tolerate it", "tolerate", "可以忍受", "能忍受", "勉强接受",
             "可以接受"),
    "dislike": ("i dislike it that way", "dislike", "i do not like it", "i don't like it", "i dislike it very much", "很不喜欢", "讨厌",
                "非常不喜欢", "不满意"),
}  # fmt: skip

IMPORTANCE = re.compile(r"importan|重要|看重")
PERFORMANCE = re.compile(r"perform|satisf|how well|rating of|表现|满意|做得")
OVERALL = re.compile(r"\boverall\b|\bin general\b|all in all|总体|整体|总的")

TOO_CHEAP = re.compile(r"too (?:cheap|low|inexpensive)|so (?:cheap|low|inexpensive)|太便宜|过低|过于便宜|便宜到|太低")
TOO_EXPENSIVE = re.compile(r"too (?:expensive|high|dear)|so (?:expensive|high)|太贵|过高|贵到|不会(?:考虑|购买)")
CHEAP = re.compile(r"bargain|cheap|good value|great buy|inexpensive|便宜|划算|实惠|物有所值")
EXPENSIVE = re.compile(r"expensive|dear|high side|贵")

BEST = ("best", "most important", "most", "chosen as most important", "最重要", "最好", "最佳")
WORST = ("worst", "least important", "least", "chosen as least important", "最不重要", "最差")
ITEM = ("item", "label", "option", "need", "alternative", "character", "选项", "条目", "需求")
TASK = ("task", "trial", "block", "set", "question", "题组", "组", "任务")


def simple(text: str) -> str:
    """Lower case, one width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().replace("_", " ").split())


def is_metadata(heading: str) -> bool:
    text = simple(heading)
    return text in METADATA or any(text == phrase or text.startswith(phrase) for phrase in _METADATA_PHRASES)


def asks_for_missing(heading: str) -> bool | None:
    """Whether a question, without the need's own name, asks how it would be if the thing were missing; ``None`` if it does not say."""
    text = unicodedata.normalize("NFKC", heading).replace("’", "'").casefold().strip()
    if re.search(r"dysfunctional", text) or _CODE_MISSING.search(text):
        return True
    if _CODE_THERE.search(text):
        return False
    if _MISSING.search(text.replace("_", " ")):
        return True
    return False if _THERE.search(text.replace("_", " ")) else None


def kano_answer(text: str) -> str | None:
    """The answer a usual wording stands for, also after a number; ``None`` for anything else."""
    said = simple(text).rstrip(".!。")
    bare = re.sub(r"^\d{1,2}\s*[-–—.):：、]\s*", "", said)
    return next((answer for answer, words in KANO.items() if said in words or bare in words), None)

"""Words for levels, changes and verdicts."""

from typing import NamedTuple


class Words(NamedTuple):
    """A code's words in both languages."""

    zh: str
    en: str


LEVELS = (Words("无", "none"), Words("蓝色", "blue"), Words("黄色", "yellow"), Words("橙色", "orange"), Words("红色", "red"))
MARKS = ("·", "●", "▲", "◆", "■")
CHANGES = {
    "new": Words("新增", "new"),
    "escalated": Words("升级", "escalated"),
    "unchanged": Words("不变", "unchanged"),
    "eased": Words("缓和", "eased"),
    "cleared": Words("解除", "cleared"),
    "none": Words("无", "none"),
}
VERDICTS = {
    "TRUE_HELPED": Words("属实，已救助", "true, helped"),
    "TRUE_ALREADY_COVERED": Words("属实，已有保障", "true, already covered"),
    "TRUE_NOT_ELIGIBLE": Words("属实，不符合条件", "true, not eligible"),
    "FALSE_DATA": Words("数据有误", "data was wrong"),
    "UNREACHABLE": Words("未能联系", "could not be reached"),
}

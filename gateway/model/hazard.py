"""Hazards by the letter codes of the national release system, and warning levels. One enum, since half the formats count the other way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """Red is worst. Smaller is worse, as in EBM.Severity and the 089 level; CAP's Extreme..Minor map to 1..4."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4
    UNKNOWN = 9

    @property
    def zh(self) -> str:
        return {1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色", 9: ""}[self.value]


@dataclass(frozen=True)
class Hazard:
    """`code` is the letter code (11B03); `zh` the word villages know."""

    code: str
    zh: str
    en: str


UNKNOWN = Hazard("", "", "unknown")

HAZARDS = {
    hazard.code: hazard
    for hazard in (
        Hazard("11A01", "洪水", "flood"),
        Hazard("11A02", "内涝", "waterlogging"),
        Hazard("11A03", "水库重大险情", "reservoir emergency"),
        Hazard("11A04", "堤防重大险情", "dike emergency"),
        Hazard("11A51", "山洪灾害", "flash flood"),
        Hazard("11B01", "台风", "typhoon"),
        Hazard("11B02", "龙卷风", "tornado"),
        Hazard("11B03", "暴雨", "rainstorm"),
        Hazard("11B04", "暴雪", "blizzard"),
        Hazard("11B05", "寒潮", "cold wave"),
        Hazard("11B06", "大风", "gale"),
        Hazard("11B07", "沙尘暴", "sandstorm"),
        Hazard("11B09", "高温", "heat"),
        Hazard("11B14", "雷电", "lightning"),
        Hazard("11B15", "冰雹", "hail"),
        Hazard("11B16", "霜冻", "frost"),
        Hazard("11B17", "大雾", "dense fog"),
        Hazard("11B19", "霾", "haze"),
        Hazard("11B20", "雷雨大风", "thunderstorm gale"),
        Hazard("11B21", "道路结冰", "road icing"),
        Hazard("11B22", "干旱", "drought"),
        Hazard("11B25", "森林火险", "forest-fire danger"),
        Hazard("11B31", "强对流", "severe convection"),
        Hazard("11B37", "地质灾害气象风险", "geohazard risk"),
        Hazard("11C02", "地震", "earthquake"),
        Hazard("11D01", "滑坡", "landslide"),
        Hazard("11D02", "泥石流", "debris flow"),
        Hazard("11D03", "山体崩塌", "rock collapse"),
        Hazard("12D02", "危化品泄漏", "chemical leak"),
    )
}
"""Those practice.md's relay table and the samples name; the whole table of codes is data of its own later."""

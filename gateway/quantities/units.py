"""Units and measure words of Chinese texts, and the Chinese words of each unit."""

from __future__ import annotations

import re

UNITS = {
    # rain and wind by time
    "mm/h": "毫米每小时", "毫米/小时": "毫米每小时", "毫米/h": "毫米每小时",
    "mm/d": "毫米每天", "mm/24h": "毫米每二十四小时",
    "km/h": "公里每小时", "KM/H": "公里每小时", "KM/h": "公里每小时", "公里/小时": "公里每小时",
    "公里/h": "公里每小时", "千米/小时": "千米每小时", "千米/h": "千米每小时",
    "m/s": "米每秒", "米/秒": "米每秒", "m/min": "米每分钟", "米/分钟": "米每分钟", "m/h": "米每小时",
    # flow and density
    "m3/s": "立方米每秒", "立方米/秒": "立方米每秒", "方/秒": "方每秒", "m3/h": "立方米每小时",
    "m3/d": "立方米每天", "t/d": "吨每天", "立方米/天": "立方米每天", "立方米/日": "立方米每天",
    "微克/立方米": "微克每立方米", "毫克/立方米": "毫克每立方米", "微克/m3": "微克每立方米",
    "L/s": "升每秒", "L/min": "升每分钟", "t/h": "吨每小时",
    "μg/m3": "微克每立方米", "ug/m3": "微克每立方米", "mg/m3": "毫克每立方米", "mg/L": "毫克每升",
    "kg/m2": "公斤每平方米",
    # length, area and volume
    "km": "公里", "KM": "公里", "Km": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "MM": "毫米",
    "km2": "平方公里", "m2": "平方米", "ha": "公顷", "hm2": "公顷",
    "m3": "立方米", "L": "升", "mL": "毫升", "ml": "毫升",
    # mass
    "t": "吨", "kg": "公斤", "g": "克", "mg": "毫克",
    # time
    "d": "天", "h": "小时", "min": "分钟", "s": "秒",
    # electricity, pressure, sound and temperature
    "kV": "千伏", "KV": "千伏", "kv": "千伏", "V": "伏", "kVA": "千伏安", "kWh": "千瓦时",
    "MW": "兆瓦", "kW": "千瓦", "KW": "千瓦", "kw": "千瓦", "W": "瓦",
    "hPa": "百帕", "kPa": "千帕", "MPa": "兆帕", "Hz": "赫兹", "dB": "分贝", "℃": "摄氏度", "℉": "华氏度",
}  # fmt: skip
"""Each written unit and its Chinese words."""


UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
"""A pattern of a written unit. The longest unit that fits is taken."""


COUNTED = (
    "个|名|人|户|次(?!灾害|生灾)|处|座|条|辆|艘|台|米|公里|千米|海里|小时|分钟|天|年(?!级)|层(?=楼)"
    "|栋(?!\\d)|间|支(?!队(?!伍))|起|倍|吨|家|所|村|镇|乡|县|市|省|毫米|厘米|万|亿|千伏|遍|轮|项(?!目)|位"
    "|场|成|股|门(?!诊)|架|种|趟|顶|件|箱|袋|根|扇|孔|道(?!路)|岁|侧|岸|千瓦|兆瓦|千克|百帕|床|部|瓶|对|节"
    "|只|头|株|棵|片(?!区)|块|口|眼|套|把|张|段|批|方|立方|平方|元|亩|公顷|公斤|斤|克|升|昼夜|星期|周(?!边|围)"
)
"""A pattern of a measure word. 2 before a measure word is 两.

组, 级, 度, 号, 楼 and 单元 are none of them: villages number their groups, and group 2 is 二组.
"""

"""Whole messages of every kind, for the measures of form: every template of the office's acts, filled in, and
warnings with texts of our own. Another text than the one that the sound was tuned with."""

from __future__ import annotations

from gateway.announcements.template import written
from gateway.model.plan import Script, ToneName

ROSTERS = (
    {
        "place": "石门沟村五组", "route": "河西机耕路", "shelter": "乡文化站", "person": "陈家发",
        "phone": "0556-2179360", "cause": "上游3小时降雨88.6毫米",
        "time": "今晚20时", "issuer": "岳西县人民政府",
    },
    {"place": "古塘湾", "shelter": "中学食堂", "time": "明天7点半", "issuer": "黄柏镇应急办"},
    {"place": "下游各村", "person": "组长", "phone": "13905561827", "cause": "坝顶出现裂缝"},
)  # fmt: skip
"""What the roster and the person who gives the order filled in: all, or a part of it."""
RED = (
    (
        "预警广播。",
        "岳西县气象台6月19日16时05分发布暴雨红色预警信号：未来2小时来榜镇雨量将超过100毫米。",
        "请相互转告，做好防范。",
    ),
    ("桐城市青草镇山洪灾害红色预警。", "沟里的人马上往两边山上走！"),
    ("台风红色预警。", "今夜阵风12到13级，请留在坚固的房屋里，不要出门。"),
    ("水库大坝出现险情，石桥村、河口村全体群众立即撤离。",),
    ("紧急通知。", "古井村后山正在滑坡，住在坡下的37户马上离开。"),
    ("高温红色预警，最高气温40.5℃。", "停止户外作业。"),
    ("暴雪红色预警：积雪将达25厘米，最低气温-16℃，厂棚下面不要站人。",),
    ("化工园区氯气泄漏。", "请往上风方向走，用湿毛巾捂住口鼻，不要开车。"),
    ("险情电话0556-2178093，手机13956287410。",),
    ("快跑！", "往高处跑！"),
)  # fmt: skip
"""With the tone of a red warning."""
ORANGE = (
    ("暴雨橙色预警。", "过去3小时，五河镇已经下了72.4毫米的雨，请远离河道。"),
    ("地质灾害橙色预警。", "夜里不要睡在靠山的屋里，听到响声马上出门。"),
    ("大风橙色预警：长江沿线阵风10级，渡船停航。",),
    ("寒潮橙色预警。", "48小时内气温下降14℃，大棚要加固，水管要包好。"),
    ("花凉亭水库21时水位88.03米，超过汛限水位0.53米。", "下游河滩不要留人。"),
    ("森林火险橙色预警，进山的人把火种留下。",),
    ("道路结冰橙色预警，105国道上坡路段请慢行。",),
)  # fmt: skip
"""With the tone of an orange warning."""
CALM = (
    ("预警解除通知。", "岳西县气象台解除暴雨红色预警信号。", "解除时间，7月2日8时20分。"),
    ("更正通知。", "刚才播发的转移命令是误发，请勿惊慌。"),
    ("返回通知：安置点的群众可以分批回家了。",),
)
"""With the tone of a lift."""


def messages() -> list[Script]:
    """All messages, the templates first."""
    filled = [[script for _, _, script in written(roster)] for roster in ROSTERS]
    acts = [filled[number % len(filled)][number] for number in range(len(filled[0]))]
    own = [
        Script(tone, sentences, "warning")
        for tone, several in ((ToneName.RED, RED), (ToneName.ORANGE, ORANGE), (ToneName.LIFT, CALM))
        for sentences in several
    ]
    return acts + own


def urgent(script: Script) -> bool:
    """Whether its pace is bounded on both sides: a red, an orange or a move order."""
    return script.tone in (ToneName.RED, ToneName.ORANGE)

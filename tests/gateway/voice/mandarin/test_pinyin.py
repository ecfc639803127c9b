"""Pronunciations that were written from knowledge of the language, before any output was seen.

They are names that a dictionary gets wrong, words of warnings, and the tones of 一 and 不.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.voice.mandarin.phonemes import phonemes
from gateway.voice.mandarin.pinyin import syllables

PLACES = """
    六安市=lu4.an1.shi4 第六安置点=di4.liu4.an1.zhi4.dian3 蔚县=yu4.xian4 泄洪洞=xie4.hong2.dong4
    洪洞县=hong2.tong2.xian4 涡阳=guo1.yang2 浚县=xun4.xian4 荥经=ying2.jing1 荥阳=xing2.yang2
    阆中=lang4.zhong1 番禺=pan1.yu2 东莞=dong1.guan3 尉犁=yu4.li2 单县=shan4.xian4 莘县=shen1.xian4
    盱眙=xu1.yi2 邳州=pi1.zhou1 睢宁=sui1.ning2 柘城=zhe4.cheng2 泌阳=bi4.yang2 渑池=mian3.chi2
    长垣=chang2.yuan2 中牟=zhong1.mu4 武陟=wu3.zhi4 鄄城=juan4.cheng2 莒县=ju3.xian4 茌平=chi2.ping2
    乐陵=lao4.ling2 乐亭=lao4.ting2 井陉=jing3.xing2 蠡县=li3.xian4 任丘=ren2.qiu1 繁峙=fan2.shi4
    隰县=xi2.xian4 绛县=jiang4.xian4 长子县=zhang3.zi3.xian4 屯留=tun2.liu2 喀喇沁=ka1.la1.qin4
    磴口=deng4.kou3 桓仁=huan2.ren2 珲春=hun2.chun1 讷河=ne4.he2 吴堡=wu2.bu3 十里堡=shi2.li3.pu4
    柞水=zha4.shui3 鄠邑=hu4.yi4 岷县=min2.xian4 宕昌=tan4.chang1 张掖=zhang1.ye4 碌曲=lu4.qu3 乐都=le4.du1
    尖扎=jian1.zha1 若羌=ruo4.qiang1 犍为=qian2.wei2 珙县=gong3.xian4 筠连=jun1.lian2 郫都=pi2.du1
    邛崃=qiong2.lai2 什邡=shi2.fang1 若尔盖=ruo4.er3.gai4 仪陇=yi2.long3 綦江=qi2.jiang1 涪陵=fu2.ling2
    垫江=dian4.jiang1 北碚=bei3.bei4 酉阳=you3.yang2 六枝=liu4.zhi1 六盘水=liu4.pan2.shui3 岑巩=cen2.gong3
    台江=tai2.jiang1 湄潭=mei2.tan2 勐海=meng3.hai3 弥勒=mi2.le4 耒阳=lei3.yang2 郴州=chen1.zhou1 溆浦=xu4.pu3
    汨罗=mi4.luo2 醴陵=li3.ling2 沅陵=yuan2.ling2 芷江=zhi3.jiang1 攸县=you1.xian4 澧县=li3.xian4
    黄陂=huang2.pi2 监利=jian4.li4 郧阳=yun2.yang2 秭归=zi3.gui1 蕲春=qi2.chun1 浠水=xi1.shui3 硚口=qiao2.kou3
    铅山=yan2.shan1 弋阳=yi4.yang2 婺源=wu4.yuan2 鄱阳=po2.yang2 于都=yu2.du1 会昌=hui4.chang1 万载=wan4.zai4
    亳州=bo2.zhou1 歙县=she4.xian4 黟县=yi1.xian4 枞阳=zong1.yang2 砀山=dang4.shan1 濉溪=sui1.xi1
    泗县=si4.xian4 颍上=ying3.shang4 宿松=su4.song1 宿州=su4.zhou1 绩溪=ji4.xi1 祁门=qi2.men2 泾县=jing1.xian4
    无为市=wu2.wei2.shi4 和县=he2.xian4 丽水=li2.shui3 缙云=jin4.yun2 嵊州=sheng4.zhou1 鄞州=yin2.zhou1
    衢州=qu2.zhou1 台州=tai1.zhou1 天台县=tian1.tai1.xian4 撤到楼顶天台=che4.dao4.lou2.ding3.tian1.tai2
    天台=tian1.tai1 舟曲=zhou1.qu1 大栅栏=da4.shi2.lan4 爬上天台=pa2.shang4.tian1.tai2
    乐清=yue4.qing1 诸暨=zhu1.ji4 莆田=pu2.tian2 厦门=xia4.men2 长汀=chang2.ting1 柘荣=zhe4.rong2
    尤溪=you2.xi1 闽侯=min3.hou4 将乐=jiang1.le4 大埔=da4.bu4 百色=bai3.se4 邕宁=yong1.ning2 儋州=dan1.zhou1
    宝坻=bao3.di3 阜新=fu4.xin1 噶尔=ga2.er3 重庆=chong2.qing4 成都=cheng2.du1 都江堰=du1.jiang1.yan4
    长沙=chang2.sha1 长江=chang2.jiang1 舒城=shu1.cheng2 会理=hui4.li3 朝阳=chao2.yang2 大同=da4.tong2
    石嘴山=shi2.zui3.shan1 曲靖=qu3.jing4 呼和浩特=hu1.he2.hao4.te4 曲阜=qu1.fu4 曲周=qu1.zhou1 曲阳=qu1.yang2
    曲江=qu3.jiang1 乐山=le4.shan1 乐至=le4.zhi4 乐昌=le4.chang1 长丰=chang2.feng1 长治=chang2.zhi4
    长顺=chang2.shun4 长白=chang2.bai2 长宁=chang2.ning2 长寿=chang2.shou4 长乐=chang2.le4 长葛=chang2.ge3
    长兴=chang2.xing1 长泰=chang2.tai4 长武=chang2.wu3 长阳=chang2.yang2 长岭=chang2.ling3 长春=chang2.chun1
    长安=chang2.an1 蒙阴=meng2.yin1 蒙城=meng2.cheng2 蒙自=meng2.zi4 内蒙古=nei4.meng3.gu3 牟定=mou2.ding4
    且末=qie3.mo4 莎车=sha1.che1 温宿=wen1.su4 伽师=jia1.shi1 大荔=da4.li4 澄城=cheng2.cheng2 佛坪=fo2.ping2
    佛冈=fo2.gang1 佛山=fo2.shan1 兴县=xing1.xian4 应县=ying4.xian4 岢岚=ke3.lan2 盂县=yu2.xian4
    朔州=shuo4.zhou1 阳曲=yang2.qu3 当阳=dang1.yang2 当涂=dang1.tu2 兴山=xing1.shan1 行唐=xing2.tang2
    新乐=xin1.le4 雄县=xiong2.xian4 定兴=ding4.xing1 围场=wei2.chang3 大厂=da4.chang3 藁城=gao3.cheng2
    阜城=fu4.cheng2 泊头=bo2.tou2 柏乡=bai3.xiang1 宁晋=ning2.jin4 南和=nan2.he2 大冶=da4.ye3 罗田=luo2.tian2
    合阳=he2.yang2 洛川=luo4.chuan1 绥德=sui2.de2 佳县=jia1.xian4 宜都=yi2.du1 都昌=du1.chang1 都匀=du1.yun2
    丰都=feng1.du1 武都=wu3.du1 成都市=cheng2.du1.shi4 大兴=da4.xing1 兴国=xing1.guo2 兴义=xing1.yi4
    宜兴=yi2.xing1 绍兴=shao4.xing1 嘉兴=jia1.xing1 少林=shao4.lin2 平凉=ping2.liang2 会同=hui4.tong2
    会泽=hui4.ze2 会东=hui4.dong1 藏族=zang4.zu2 西藏=xi1.zang4 浏阳=liu2.yang2 尉氏=wei4.shi4 睢县=sui1.xian4
    漯河=luo4.he2 获嘉=huo4.jia1 淇县=qi2.xian4 滑县=hua2.xian4 郏县=jia2.xian4 舞阳=wu3.yang2
    栾川=luan2.chuan1 嵩县=song1.xian4 淅川=xi1.chuan1 镇平=zhen4.ping2 沈丘=shen3.qiu1 太康=tai4.kang1
    息县=xi1.xian4 光山=guang1.shan1 扶沟=fu2.gou1 祥符=xiang2.fu2 新泰=xin1.tai4 宁阳=ning2.yang2
    郯城=tan2.cheng2 临朐=lin2.qu2 即墨=ji2.mo4 胶州=jiao1.zhou1 掖县=ye4.xian4 无棣=wu2.di4 滕州=teng2.zhou1
    峄城=yi4.cheng2 兖州=yan3.zhou1 汶上=wen4.shang4 嘉祥=jia1.xiang2 巨野=ju4.ye3 句容=ju4.rong2
    溧阳=li4.yang2 溧水=li4.shui3 沭阳=shu4.yang2 泗洪=si4.hong2 涟水=lian2.shui3 响水=xiang3.shui3
    大丰=da4.feng1 甪直=lu4.zhi2 浒墅关=xu3.shu4.guan1 黄浦=huang2.pu3 莘庄=xin1.zhuang1
    朱家角=zhu1.jia1.jiao3 余干=yu2.gan1 上饶=shang4.rao2 婺城=wu4.cheng2 浦江=pu3.jiang1 磐安=pan2.an1
    三门=san1.men2 仙居=xian1.ju1 乐平=le4.ping2 崇义=chong2.yi4 石首=shi2.shou3 公安县=gong1.an1.xian4
    宜城=yi2.cheng2 南漳=nan2.zhang1 通山=tong1.shan1 崇阳=chong2.yang2 嘉鱼=jia1.yu2 咸丰=xian2.feng1
    来凤=lai2.feng4 鹤峰=he4.feng1 宣恩=xuan1.en1 巴东=ba1.dong1 桑植=sang1.zhi2 石门=shi2.men2
    汝城=ru3.cheng2 道县=dao4.xian4 江华=jiang1.hua2 绥宁=sui2.ning2 城步=cheng2.bu4 靖州=jing4.zhou1
    通道=tong1.dao4 龙胜=long2.sheng4 三江=san1.jiang1 融安=rong2.an1 凤山=feng4.shan1 东兰=dong1.lan2
    巴马=ba1.ma3 都安=du1.an1 大化=da4.hua4 田东=tian2.dong1 靖西=jing4.xi1 隆林=long2.lin2 宁明=ning2.ming2
    凭祥=ping2.xiang2 天等=tian1.deng3 石柱=shi2.zhu4 秀山=xiu4.shan1 彭水=peng2.shui3 黔江=qian2.jiang1
    巫溪=wu1.xi1 城口=cheng2.kou3 云阳=yun2.yang2 奉节=feng4.jie2 忠县=zhong1.xian4 万州=wan4.zhou1
    大足=da4.zu2 荣昌=rong2.chang1 璧山=bi4.shan1 铜梁=tong2.liang2 潼南=tong2.nan2 合川=he2.chuan1
"""

WORDS = """
    巷道=hang4.dao4 露天=lu4.tian1 决堤=jue2.di1 塌方=ta1.fang1 宿舍=su4.she4 倒塌=dao3.ta1 供电=gong1.dian4
    应急=ying4.ji2 应当=ying1.dang1 调度=diao4.du4 调整=tiao2.zheng3 处于=chu3.yu2 处置=chu3.zhi4
    低洼处=di1.wa1.chu4 当地=dang1.di4 不得返回=bu4.de2.fan3.hui2 给予=ji3.yu3 积水=ji1.shui3 房间=fang2.jian1
    空旷=kong1.kuang4 空地=kong4.di4 淹没=yan1.mo4 避难=bi4.nan4 切断电源=qie1.duan4.dian4.yuan2 切勿=qie4.wu4
    疏散=shu1.san4 为了=wei4.le5 降级为=jiang4.ji2.wei2 更新为=geng1.xin1.wei2 进行=jin4.xing2 行人=xing2.ren2
    行车=xing2.che1 参与=can1.yu4 着火=zhao2.huo3 沿着=yan2.zhe5 中毒=zhong4.du2 击中=ji1.zhong4
    严重=yan2.zhong4 重新=chong2.xin1 重复=chong2.fu4 转移=zhuan3.yi2 干旱=gan1.han4 村干部=cun1.gan4.bu4
    更大=geng4.da4 返还=fan3.huan2 还有=hai2.you3 看守=kan1.shou3 累计=lei3.ji4 测量=ce4.liang2
    流量=liu2.liang4 雨量=yu3.liang4 裂缝=lie4.feng4 村长=cun1.zhang3 组长=zu3.zhang3 河长=he2.zhang3
    增长=zeng1.zhang3 冰雹=bing1.bao2 泄洪=xie4.hong2 管涌=guan3.yong3 圩堤=wei2.di1 堰塞湖=yan4.se4.hu2
    沟壑=gou1.he4 垸=yuan4 系好=ji4.hao3 晕倒=yun1.dao3 晕车=yun4.che1 干警=gan4.jing3 上涨=shang4.zhang3
    涨水=zhang3.shui3 水位暴涨=shui3.wei4.bao4.zhang3 汹涌=xiong1.yong3 老人孩子=lao3.ren2.hai2.zi5
    朝上=chao2.shang4 好的=hao3.de5 着陆=zhuo2.lu4 重型=zhong4.xing2 称重=cheng1.zhong4 几个=ji3.ge4
    差错=cha1.cuo4 一带=yi2.dai4 一旦=yi2.dan4 一律=yi2.lv4 一时=yi4.shi2 一般=yi4.ban1 一直=yi4.zhi2
    万一=wan4.yi1 统一=tong3.yi1 一个=yi2.ge4 一月一日=yi1.yue4.yi1.ri4 一级=yi1.ji2 一号=yi1.hao4
    一楼=yi1.lou2 一组=yi1.zu3 二零一一年=er4.ling2.yi1.yi1.nian2 一百一十人=yi4.bai3.yi1.shi2.ren2
    一千一百=yi4.qian1.yi4.bai3 一万=yi2.wan4 一亿=yi2.yi4 一点五米=yi1.dian3.wu3.mi3 零点一=ling2.dian3.yi1
    二十一个=er4.shi2.yi1.ge4 不用=bu2.yong4 不是=bu2.shi4 不能=bu4.neng2 不会=bu2.hui4 不要慌=bu2.yao4.huang1
    三分之一=san1.fen1.zhi1.yi1 一起=yi4.qi3 星期一下午=xing1.qi1.yi1.xia4.wu3 幺幺九=yao1.yao1.jiu3
    一氧化碳=yi4.yang3.hua4.tan4 一楼以下=yi1.lou2.yi3.xia4 一米=yi4.mi3 一小时=yi4.xiao3.shi2 一路=yi2.lu4
    一分=yi4.fen1 一遍=yi2.bian4 周一=zhou1.yi1 一定=yi2.ding4 一是=yi1.shi4 一点整=yi4.dian3.zheng3
    一二三=yi1.er4.san1 百分之一=bai3.fen1.zhi1.yi1 一百零一=yi4.bai3.ling2.yi1 看一看=kan4.yi5.kan4
    说一说=shuo1.yi5.shuo1 第一组=di4.yi1.zu3 一分钟=yi4.fen1.zhong1 三十一日=san1.shi2.yi1.ri4
    还在下雨=hai2.zai4.xia4.yu3 预警信号=yu4.jing3.xin4.hao4 请勿惊慌=qing3.wu4.jing1.huang1
    应急办=ying4.ji2.ban4 发布=fa1.bu4 气象台=qi4.xiang4.tai2 台风=tai2.feng1 相互转告=xiang1.hu4.zhuan3.gao4
    做好防范=zuo4.hao3.fang2.fan4 山体崩塌=shan1.ti3.beng1.ta1 坍塌=tan1.ta1 垮坝=kua3.ba4 溃堤=kui4.di1
    强降雨=qiang2.jiang4.yu3 降落=jiang4.luo4 强迫=qiang3.po4 沟道=gou1.dao4 安置点=an1.zhi4.dian3
    身份证=shen1.fen4.zheng4 便道=bian4.dao4 卡口=qia3.kou3 关卡=guan1.qia3 刹车=sha1.che1 扎堆=zha1.dui1
    拖拉机=tuo1.la1.ji1 得到=de2.dao4 觉得=jue2.de5 睡觉=shui4.jiao4 教室=jiao4.shi4
    屏住呼吸=bing3.zhu4.hu1.xi1 禁止=jin4.zhi3 号召=hao4.zhao4 分发=fen1.fa1 份=fen4 大家=da4.jia1
    朝着=chao2.zhe5 高处=gao1.chu4 到高处去=dao4.gao1.chu4.qu4 撤离=che4.li2 堵塞=du3.se4 阻塞=zu3.se4 血=xue4
    埋=mai2 水泵=shui3.beng4 阀门=fa2.men2 埂=geng3 盛水=cheng2.shui3 模样=mu2.yang4 差不多=cha4.bu5.duo1
    的确=di2.que4 目的=mu4.di4 地质灾害=di4.zhi4.zai1.hai4 慢慢地=man4.man4.de5 慌张=huang1.zhang1
    两个=liang3.ge4 谁=shui2 这里=zhe4.li3 那里=na4.li3 村里=cun1.li3 家里=jia1.li3 屋里=wu1.li3
    山里=shan1.li3 公里=gong1.li3 里面=li3.mian4 喂=wei4 咱们=zan2.men5 我们=wo3.men5 人们=ren2.men5
    孩子们=hai2.zi5.men5 请做好准备=qing3.zuo4.hao3.zhun3.bei4 关好水电=guan1.hao3.shui3.dian4
    带上老人=dai4.shang4.lao3.ren2 听从网格员安排=ting1.cong2.wang3.ge2.yuan2.an1.pai2
    地质灾害气象风险=di4.zhi4.zai1.hai4.qi4.xiang4.feng1.xian3 降雨量将达=jiang4.yu3.liang4.jiang1.da2
    切断低洼地带有危险的室外电源=qie1.duan4.di1.wa1.di4.dai4.you3.wei1.xian3.de5.shi4.wai4.dian4.yuan2
    强降水=qiang2.jiang4.shui3 山洪灾害=shan1.hong2.zai1.hai4 中小河流=zhong1.xiao3.he2.liu2 省道=sheng3.dao4
    重点=zhong4.dian3 系安全带=ji4.an1.quan2.dai4 避让=bi4.rang4 发生=fa1.sheng1 能见度=neng2.jian4.du4
    应对=ying4.dui4 供水=gong1.shui3 燃气=ran2.qi4 掉落=diao4.luo4 冲走=chong1.zou3 冲沟=chong1.gou1
    涵洞=han2.dong4 处=chu4 两处=liang3.chu4 分洪=fen1.hong2 闸门=zha2.men2 漫坝=man4.ba4 护坡=hu4.po1
    卷帘门=juan3.lian2.men2 广告牌=guang3.gao4.pai2 大棚=da4.peng2 畜禽=chu4.qin2 牲畜=sheng1.chu4
    放牧=fang4.mu4 田埂=tian2.geng3 撒盐=sa3.yan2 觅食=mi4.shi2 哨声=shao4.sheng1 吹哨=chui1.shao4
    敲锣=qiao1.luo2 人行道=ren2.xing2.dao4 行洪=xing2.hong2 行洪区=xing2.hong2.qu1 调水=diao4.shui3
    调蓄=tiao2.xu4 削减=xue1.jian3 削坡=xue1.po1 露出=lu4.chu1 暴露=bao4.lu4 倒伏=dao3.fu2 倒灌=dao4.guan4
    倒车=dao4.che1 载人=zai4.ren2 超载=chao1.zai4 落差=luo4.cha1 落水=luo4.shui3 没收=mo4.shou1
    淹没区=yan1.mo4.qu1 水没过=shui3.mo4.guo4 间隔=jian4.ge2 间歇=jian4.xie1 空闲=kong4.xian2 几率=ji1.lv4
    几乎=ji1.hu1 似乎=si4.hu1 尽早=jin3.zao3 尽管=jin3.guan3 假期=jia4.qi1 量力=liang4.li4
    测量水位=ce4.liang2.shui3.wei4 质量=zhi4.liang4 率先=shuai4.xian1 效率=xiao4.lv4 宁可=ning4.ke3
    结冰=jie2.bing1 道路结冰=dao4.lu4.jie2.bing1 扫雪=sao3.xue3 钻探=zuan1.tan4 担架=dan1.jia4
    挑水=tiao1.shui3
"""

ORDINALS = """
    一路公交=yi1.lu4.gong1.jiao1 乘坐一路=cheng2.zuo4.yi1.lu4 解放一路=jie3.fang4.yi1.lu4
    一路向东=yi2.lu4.xiang4.dong1
    中央一台=zhong1.yang1.yi1.tai2 一台挖掘机=yi4.tai2.wa1.jue2.ji1 一号=yi1.hao4 一号楼=yi1.hao4.lou2
    县一中=xian4.yi1.zhong1 市一院=shi4.yi1.yuan4 一单元=yi1.dan1.yuan2 一期工程=yi1.qi1.gong1.cheng2
    一标段=yi1.biao1.duan4 消防一中队=xiao1.fang2.yi1.zhong1.dui4 一支队伍=yi4.zhi1.dui4.wu3
    一路平安=yi2.lu4.ping2.an1
    全县一台=quan2.xian4.yi4.tai2 一中型水库=yi4.zhong1.xing2.shui3.ku4
"""

HEADS_AND_LENGTHS = """
    长岭村=chang2.ling3.cun1 长坡=chang2.po1 村长=cun1.zhang3 县长=xian4.zhang3 河长制=he2.zhang3.zhi4
    长大=zhang3.da4 组长电话=zu3.zhang3.dian4.hua4 增长=zeng1.zhang3 家长=jia1.zhang3
    较长时间=jiao4.chang2.shi2.jian1 延长=yan2.chang2
"""


def rows(*tables: str) -> list[tuple[str, str]]:
    cells = (cell.split("=") for table in tables for cell in table.split())
    return [(words, said.replace(".", " ")) for words, said in cells]


@pytest.mark.parametrize(("words", "said"), rows(PLACES, WORDS, ORDINALS, HEADS_AND_LENGTHS))
def test_it_is_read_like_this(words: str, said: str) -> None:
    assert " ".join(syllables(words)) == said
    assert all(phonemes(syllable) for syllable in syllables(words))


def test_a_name_inside_a_longer_word_is_not_read_as_the_name() -> None:
    assert " ".join(syllables("泄洪洞开闸，洪洞县转移")).startswith(
        "xie4 hong2 dong4 kai1 zha2 ， hong2 tong2 xian4"
    )
    assert syllables("六安市第六安置点")[:2] == ["lu4", "an1"]
    assert syllables("六安市第六安置点")[4:6] == ["liu4", "an1"]


def marked(line: str) -> tuple[str, dict[int, list[str]]]:
    """The text of a line of polyphones.txt, and the readings of its marked characters by their place."""
    text, readings = "", {}
    for found in re.finditer(r"([^()])(?:\(([^)]*)\))?", line):
        text += found[1]
        if found[2]:
            readings[len(text) - 1] = found[2].split("|")
    return text, readings


def test_characters_with_several_readings_are_read_as_their_neighbours_want() -> None:
    lines = Path(__file__).with_name("polyphones.txt").read_text("utf-8").splitlines()
    wrong, known = [], []
    for line in lines:
        if line.startswith("#"):
            continue
        text, readings = marked(line.removeprefix("! "))
        said = syllables(text)
        if line.startswith("! "):
            known.append(text)
        if any(said[place] not in right for place, right in readings.items()):
            wrong.append(text)
    assert len(lines) > 1500
    assert wrong == known

"""Made-up names: as common, as alike and as rare as names are in life."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

_SURNAMES = (
    "王760 张700 李620 陈600 刘480 周330 徐320 吴310 杨300 朱270 孙240 赵250 黄200 胡170 高140 马130 "
    "沈130 何120 许120 郭110 丁110 蒋110 陆100 曹100 唐100 林90 顾90 宋90 袁90 潘80 钱80 韩80 程80 汪80 "
    "夏80 谢80 郑80 姜70 戴70 冯70 方70 罗70 范60 于60 董60 陶60 葛50 严50 魏50 薛50 邹45 梁45 余45 俞45 "
    "季45 吕45 任45 殷40 杜40 金40 史40 倪40 邓40 叶40 崔35 贾35 秦35 尹35 苏35 彭35 田35 傅30 谈30 邵30 "
    "孔30 石30 毛30 梅30 嵇8 濮12 芮25 卞25 管25 章25 束20 贡15 强15 施30 姚40 曾30 廖25 万30 熊20 段20 "
    "雷20 侯25 龙15 贺20 龚20 文15 温10 席10 单15 仇15 解8 查10 盖3 乐5 宗12 宣10 褚8 柏15 窦10 晏5 鲍18 "
    "骆12 桑6 甘12 景6 印8 巫5 端3 臧10 糜3 阚6 胥8 佴3 笪5 佘4"
)
_COMPOUND_SURNAMES = (
    "欧阳60 诸葛20 上官14 司马12 皇甫10 司徒8 夏侯6 令狐6 东方5 尉迟4 慕容4 端木4 澹台3 公孙2 万俟1"
)

_OLD_WOMEN = (
    "秀兰 桂英 秀英 玉兰 凤英 桂兰 美华 丽华 爱华 爱萍 红梅 玉珍 秀珍 月琴 兰芳 素琴 桂芳 建华 建萍 国英 "
    "翠英 彩霞 小红 小妹 玉梅 玉萍 桂香 春兰 春梅 秋香 腊梅 文英 文娟 志芳 惠芳 美珍 巧云 金凤 金花 来娣 "
    "爱珍 玲珍 庆华 永芳"
)
_OLD_MEN = (
    "建国 建华 建军 国强 国庆 卫东 卫国 志强 志刚 永强 永明 德明 德华 大伟 长江 长青 家宝 家明 金龙 金根 "
    "文明 文斌 学军 学明 红兵 红军 正华 正明 小平 小虎 春生 秋生 来顺 福根 寿根 有才 有福 宝根 宝华 庆生 "
    "庆华 荣华 桂生 腊根"
)
_MIDDLE_WOMEN = (
    "海燕 丽娟 晓燕 春燕 小燕 丽萍 雪梅 晓红 晓丽 艳红 冬梅 文静 丽丽 娟娟 莉莉 婷婷 玲玲 雯雯 晶晶 慧敏 雅琴"
)
_MIDDLE_MEN = (
    "海涛 海波 俊杰 晓东 晓明 志伟 文杰 建平 小军 小兵 小龙 文涛 国栋 家伟 少华 少军 永刚 振华 振宇 向东 明辉"
)
_YOUNG_WOMEN = (
    "雨婷 梦婷 欣怡 思雨 雪婷 佳怡 雨欣 诗雨 梦洁 梦瑶 静怡 佳琪 文慧 心怡 晓雯 雅婷 可欣 若曦 子涵 紫萱 嘉怡"
)
_YOUNG_MEN = (
    "浩然 子豪 宇轩 俊杰 志豪 天宇 文博 子轩 宇航 鹏飞 俊豪 明轩 家豪 思远 嘉豪 皓轩 泽宇 子涵 梓轩 逸飞 博文"
)
_SINGLE_WOMEN = "敏静丽娟艳燕婷霞玲芳娜倩洁莉琳雪慧颖萍蓉梅红云琴兰莹璐瑶妍怡晨欣悦"
_SINGLE_MEN = "伟强磊军勇杰涛超鹏斌刚辉俊峰亮波飞平宁浩凯鑫晨翔宇旭帆阳健东明晖锐"
_FIRST = "文志建国家海晓小永明春玉金德正学成立宏洪长庆荣广宝景少世振向新祥光东华兴思子雨俊佳嘉梦雪心静慧美丽爱秀桂"
_LAST_WOMEN = "芳兰英梅娟玲琴珍萍霞燕华云红丽静敏洁雯婷欣怡颖琪瑶萱妍蓉莲凤香菊月秋芬芸茜薇露"
_LAST_MEN = "华明强军平生林龙斌伟刚杰辉峰涛波勇成根宝祥福荣富才贵良松柏海江洋宇轩豪博远航飞鹏毅"
_RARE = ("㛃", "𬭎", "堃", "喆", "䶮")
_MINORITY_GIVEN = (
    "阿依古丽 古丽娜尔 迪丽努尔 买买提 努尔兰 木合塔尔 阿迪力 热依汗古丽 帕提古丽 艾尔肯 吐尔逊阿依 哈斯木"
)
_MINORITY_FATHERS = "吐尔逊 艾力 库尔班 阿不都热合曼 买合木提 哈那提 依明 玉素甫 卡德尔 买买提艾力江 沙塔尔"
_WHOLE = "扎西次仁 卓玛央宗 格桑梅朵 其美多吉 乌云其其格 娜仁托娅 巴特尔 斯琴高娃 那日苏 索南卓玛 旺堆 苏日娜"

PICKED = (
    ("欧阳娜娜", True), ("阿卜杜热西提·买买提艾力江", False), ("李㛃", True), ("张𬭎", False), ("王堃", False),
    ("陈喆", False), ("赵䶮", False), ("单雨", True), ("尉迟文静", True), ("李㛃喆堃", True), ("曾庆华", False),
)  # fmt: skip
"""Names, and whether a woman bears them, that each sample holds: those that fonts, pinyin and forms get wrong."""


@dataclass(frozen=True, slots=True)
class _Weighted:
    words: tuple[str, ...]
    bounds: tuple[int, ...]

    def draw(self, random: Random) -> str:
        return random.choices(self.words, cum_weights=self.bounds)[0]


def _weighted(text: str) -> _Weighted:
    words = [entry.rstrip("0123456789") for entry in text.split()]
    weights = [int(entry[len(word) :]) for entry, word in zip(text.split(), words, strict=True)]
    return _Weighted(tuple(words), tuple(accumulate(weights)))


_SURNAME = _weighted(_SURNAMES)
_COMPOUND = _weighted(_COMPOUND_SURNAMES)


def name(random: Random, *, woman: bool, born: int) -> str:
    """Make up a whole name that fits somebody born in that year."""
    turn = random.random()
    if turn < 0.005:
        return _minority(random)
    surname = (_COMPOUND if turn < 0.015 else _SURNAME).draw(random)
    return surname + _given(random, woman=woman, born=born)


def _minority(random: Random) -> str:
    if random.random() < 0.3:
        return random.choice(_WHOLE.split())
    return f"{random.choice(_MINORITY_GIVEN.split())}·{random.choice(_MINORITY_FATHERS.split())}"


def _given(random: Random, *, woman: bool, born: int) -> str:
    turn = random.random()
    single = 0.08 if born < 1973 else 0.24 if born < 1992 else 0.12
    if turn < 0.002:
        return random.choice(("", random.choice(_FIRST))) + random.choice(_RARE)
    if turn < single:
        return random.choice(_SINGLE_WOMEN if woman else _SINGLE_MEN)
    if turn < single + 0.22:
        return _liked(random, _pool(woman=woman, born=born))
    first = random.choice(_FIRST)
    last = random.choice(_LAST_WOMEN if woman else _LAST_MEN)
    return first + last if first != last else last


def _pool(*, woman: bool, born: int) -> Sequence[str]:
    if born < 1973:
        return (_OLD_WOMEN if woman else _OLD_MEN).split()
    if born < 1992:
        return (_MIDDLE_WOMEN if woman else _MIDDLE_MEN).split()
    return (_YOUNG_WOMEN if woman else _YOUNG_MEN).split()


def _liked(random: Random, pool: Sequence[str]) -> str:
    """Choose such that the names in front come up more often: every family liked them."""
    return pool[int(len(pool) * random.random() ** 1.6)]

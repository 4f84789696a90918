"""Make the sample academy's notices and news; all that they tell is made up."""

from dataclasses import dataclass
from datetime import timedelta

from academy.ground import clock
from academy.ground.feature import Sample
from academy.portal import actions
from academy.portal.actions import NewNotice
from academy.portal.rules import NoticeKind, Words


@dataclass(frozen=True, slots=True)
class _Told:
    """One notice of the sample: how many days ago it was published, and for how many more it stands on top."""

    kind: NoticeKind
    days_ago: int
    title: str
    body: str
    pinned_days: int | None = None


_NOTICES = (
    _Told(
        NoticeKind.NOTICE,
        2,
        "近期培训班报名安排",
        """各区、街道联络员，各位网格员：

近期开放报名的培训班都在[培训班列表](/classes/)里，名额、时间、地点以每个班的页面为准。

1. **先看时间。** 同一天有别的培训班的，系统会提示时间冲突，请先退掉一个再报。
2. **名额满了可以候补。** 有人退出时按报名先后递补，递补成功会收到通知。
3. **来不了请早点退。** 报名截止前可以自己退，名额留给同事。

首次来学院的学员请带身份证报到。
""",
        pinned_days=14,
    ),
    _Told(
        NoticeKind.NOTICE,
        5,
        "结业证书可以在网上查验",
        """每份结业证书右下角都有一个二维码。手机扫一扫，或者在[查验页面](/verify/)输入证书编号，就能看到证书是否有效。

用人单位核对证书时，**请以查验页面显示的结果为准**，不要只看纸面或照片。

编号看不清的，请联系学院教务处，不要向他人购买所谓“代查”服务。
""",
    ),
    _Told(
        NoticeKind.NEWS,
        9,
        "燃气安全实训搬进样板厨房",
        """本周，社区消防与燃气安全课的学员在凤台路燃气安全样板厨房里上了一堂没有课桌的课。

十二个检查点分布在灶台、软管、阀门和通风口。两人一组，十分钟找隐患，再由授课教师逐条讲为什么、怎么劝、报给谁。

一位学员说，过去入户只会问一句“燃气安全吗”，现在知道该看哪里了。
""",
    ),
    _Told(
        NoticeKind.NOTICE,
        16,
        "现场教学日请穿平底鞋",
        """到现场教学基地上课的学员请注意：

- 穿平底鞋、长裤，应急演练和消防演练有跑动；
- 自带水杯，基地都有饮水点；
- 基地的开放时间和怎么去，见[现场教学基地](/sites/)页面；
- 拍照请避开居民的面孔和门牌号。

身体不适合演练的，课前告诉班主任，可以改为观摩。
""",
    ),
    _Told(
        NoticeKind.NEWS,
        24,
        "一场议事会，从吵起来到签下来",
        """白鹭汀邻里议事厅里，三十名学员旁听了一场关于电动车棚选址的居民议事会，随后分组自己主持了一遍。

主持人最难的不是说话，是让每个人把话说完。复盘时大家把“打断”的次数记在黑板上，第二轮少了一半。

这堂课对应[课程目录](/courses/?domain=practice)里的“组织一场居民议事会”。
""",
    ),
    _Told(
        NoticeKind.NOTICE,
        33,
        "换手机号的学员请重新绑定",
        """登录和通知都靠手机号。换了号的学员，请任选一种办法：

1. 旧号还能收短信的，登录后在“我的账户”里自己换绑；
2. 旧号已停用的，带身份证找街道联络员当面核对、绑定新号。

学院工作人员**不会**打电话索要验证码。
""",
    ),
    _Told(
        NoticeKind.NEWS,
        47,
        "急救课练到会为止",
        """心肺复苏，两人一个模型，每人至少按满五个循环。清波门急救实训室的墙上写着：会背不算会，会按才算会。

结课考核时，按压深度和频率都由模型记录，不合格的当场再练，直到合格。
""",
    ),
)


def fill(sample: Sample) -> None:
    """Publish the notices, each on its day, and keep one draft for those who write them."""
    told = [_published(sample, each) for each in _NOTICES]
    draft = Words(
        kind=NoticeKind.NEWS,
        title="今年的十佳案例正在征集（草稿）",
        body="征集办法定稿后再发布。",
        pinned_until=None,
    )
    told.append(
        NewNotice(words=draft, created_at=clock.at(sample.today - timedelta(days=1), 16), published_at=None)
    )
    told.sort(key=lambda each: each.created_at)
    actions.add_notices_many(sample.session, actor=sample.actor, notices=told, now=sample.now, sample=True)
    sample.progress(len(told), len(told), "通知和动态 notices")


def _published(sample: Sample, told: _Told) -> NewNotice:
    pinned_until = None if told.pinned_days is None else sample.today + timedelta(days=told.pinned_days)
    at = clock.at(sample.today - timedelta(days=told.days_ago), 10)
    words = Words(kind=told.kind, title=told.title, body=told.body, pinned_until=pinned_until)
    return NewNotice(words=words, created_at=at, published_at=at)

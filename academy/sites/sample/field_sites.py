"""The field sites of the sample, two lines each; none exists, and the coordinates are only plausible."""

from dataclasses import dataclass

_WORKDAYS = (1, 2, 3, 4, 5)
_DAILY = (1, 2, 3, 4, 5, 6, 7)
_SIX_DAYS = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class FieldSite:
    """One made-up field site; the coordinates are GCJ-02, as maps in China draw them."""

    district: str
    name: str
    slug: str
    address: str
    capacity: int
    teaches: str
    opening_weekdays: tuple[int, ...]
    contact: str
    latitude: float
    longitude: float
    courses: tuple[str, ...]


_LINES = """
玄武区|梅岭新村街道矛调中心|meiling-maotiao|梅岭路 18 号|60|5|沈桂芳|32.0712|118.8021
    neighbour-mediation: 邻里纠纷的接待、分流和面对面调解，看一件真实案卷从受理到回访
玄武区|紫云门应急体验馆|ziyunmen-yingji|紫云门东街 6 号|80|6|高志强|32.0586|118.8177
    fire-fighting-drill emergency-drill: 烟道逃生、灭火毯、地震小屋，每人动手一遍
玄武区|樱桥街道网格指挥室|yingqiao-zhihuishi|樱桥巷 2 号|40|5|顾晓燕|32.0533|118.7956
    grid-platform: 看工单怎样派出、怎样办结，跟班一小时
秦淮区|桃渡长者驿站|taodu-zhangzhe|桃渡里 33 号|50|7|夏玉珍|32.0241|118.7952
    elderly-visits: 独居老人探访、助餐点运转、突发不适的第一反应
秦淮区|白鹭汀邻里议事厅|bailuting-yishiting|白鹭汀路 9 号|60|6|陶文斌|32.0192|118.7813
    residents-meeting: 旁听一场居民议事会，再自己主持一场
秦淮区|南廊老旧小区消防示范点|nanlang-xiaofang|南廊街 51 号|50|7|汪建平|32.0138|118.8020
    fire-fighting-drill ebike-safety: 楼道清理、飞线整改、微型消防站的早晚巡查
建邺区|河塘西志愿者之家|hetangxi-zhiyuanzhe|河塘西路 77 号|60|6|范丽萍|32.0089|118.7320
    volunteer-teams: 招人、排岗、交底、留人，看一本排班表怎么来
建邺区|莲汀反诈劝阻实训点|lianting-fanzha|莲汀大街 120 号|50|5|冯俊杰|32.0306|118.7389
    fraud-dissuasion: 预警劝阻的上门三步，真实录音分段听、分段练
建邺区|江月社区讲堂|jiangyue-jiangtang|江月路 5 号|80|6|葛秀珍|31.9967|118.7188
    public-speaking: 站上讲台讲三分钟，台下坐的是居民
鼓楼区|清波门急救实训室|qingbomen-jijiu|清波门外街 41 号|60|7|严志刚|32.0722|118.7606
    first-aid-cpr first-aid-injuries: 心肺复苏、AED、海姆立克，每两人一个模型
鼓楼区|凤台路燃气安全样板厨房|fengtailu-ranqi|凤台路 88 号|40|5|殷永明|32.0505|118.7643
    gas-safety-check: 十二个检查点、瓶装气、泄漏处置，样板厨房里找隐患
鼓楼区|汉桥心理服务站|hanqiao-xinli|汉桥新村 12 号|40|5|梅静怡|32.0448|118.7592
    crisis-first-contact: 第一次接触怎么坐、怎么听、怎么转介，角色扮演
雨花台区|石径街道综治中心|shijing-zongzhi|石径路 3 号|80|5|薛国强|31.9916|118.7795
    neighbour-mediation grid-platform: 一站式接待窗口、会商研判、案件流转
雨花台区|雨声电动车集中充电示范小区|yusheng-chongdian|雨声路 26 号|60|7|史小军|31.9785|118.7654
    ebike-safety: 车棚怎么建、上楼怎么劝、账怎么算
雨花台区|花林儿童之家|hualin-ertong|花林巷 15 号|50|6|邹雅琴|31.9698|118.7590
    child-safety-outreach: 儿童安全上门宣讲、四点半课堂的看护
栖霞区|枫岭小区网格驿站|fengling-yizhan|枫岭路 60 号|60|7|余海燕|32.1187|118.9092
    home-visits service-notes: 走访前的准备、敲门、十分钟谈话、回来怎么记
栖霞区|仙栖大学城调解工作室|xianqi-tiaojie|仙栖大道 199 号|40|5|任少华|32.1023|118.9254
    neighbour-mediation: 群租、噪声、电动车三类纠纷的调解
栖霞区|矶头防汛点|jitou-fangxun|矶头江堤 2 号|100|7|苏长江|32.1465|118.8377
    flood-season emergency-drill: 巡堤、查险、转移，江水涨到哪一级做哪一件事
江宁区|方山脚社区应急演练场|fangshanjiao-yanlian|方山脚路 7 号|120|6|程卫国|31.9082|118.8673
    emergency-drill fire-fighting-drill: 一场完整的疏散演练：脚本、角色、口令、评估
江宁区|稻陵村民议事点|daoling-yishi|稻陵街 1 号|60|6|卞来顺|31.8421|118.8290
    residents-meeting volunteer-teams: 村里一件事怎么议、怎么记、怎么公开
浦口区|江渡街道网格学习站|jiangdu-xuexizhan|江渡路 20 号|80|6|季晓明|32.0587|118.6276
    phone-skills excel-for-grids: 手机取证、台账录入、工作群的规矩
浦口区|泉里社区长者食堂|quanli-shitang|泉里路 8 号|50|7|邓爱萍|32.0964|118.6109
    elderly-visits home-visits: 高龄老人的需要怎么看出来、怎么接上服务
六合区|灵石案例工作坊|lingshi-anli|灵石南路 14 号|40|5|傅文娟|32.3418|118.8217
    case-writing service-notes: 把一篇服务纪实改成案例，去掉身份，留下做法
六合区|竹篁镇避险安置点|zhuhuang-anzhi|竹篁镇人民路 30 号|100|7|毛德华|32.4213|118.8466
    flood-season: 汛期转移的名单、车辆、安置、清点
溧水区|秋湖镇综合服务中心|qiuhu-fuwu|秋湖镇中大街 11 号|80|5|曾庆生|31.6532|119.0286
    grid-platform home-visits: 一窗受理之后，事情往哪里走
高淳区|老街口平安驿站|laojiekou-pingan|老街口正街 45 号|60|7|石凤英|31.3272|118.8753
    home-visits fraud-dissuasion: 老街巡查、游客求助、商户纠纷
江北新区|大桥北红十字救护站|daqiaobei-jiuhu|大桥北路 101 号|60|6|贺明辉|32.1463|118.7282
    first-aid-injuries first-aid-cpr: 止血、包扎、固定、搬运，两人一组反复练
江北新区|泰麓街道智慧网格中心|tailu-zhihui|泰麓路 66 号|60|5|褚博文|32.1612|118.7093
    excel-for-grids grid-platform: 表格去重、数据核对、看图说话
"""

_DAYS = {"5": _WORKDAYS, "6": _SIX_DAYS, "7": _DAILY}


def _read(facts: str, taught: str) -> FieldSite:
    district, name, slug, address, capacity, days, contact, latitude, longitude = facts.split("|")
    courses, teaches = taught.split(": ")
    return FieldSite(
        district=district,
        name=name,
        slug=slug,
        address=f"南京市{district}{address}",
        capacity=int(capacity),
        teaches=teaches,
        opening_weekdays=_DAYS[days],
        contact=contact,
        latitude=float(latitude),
        longitude=float(longitude),
        courses=tuple(courses.split()),
    )


_ROWS = _LINES.strip().splitlines()
FIELD_SITES = tuple(map(_read, _ROWS[::2], _ROWS[1::2]))

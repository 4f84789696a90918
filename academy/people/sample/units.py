"""The city, its twelve districts, and the 36 made-up streets and towns that send trainees."""

CITY = "南京市"
STREETS: dict[str, tuple[str, ...]] = {
    "玄武区": ("梅岭新村街道", "紫云门街道", "樱桥街道"),
    "秦淮区": ("桃渡街道", "白鹭汀街道", "南廊街道"),
    "建邺区": ("河塘西街道", "莲汀街道", "江月街道"),
    "鼓楼区": ("清波门街道", "凤台路街道", "汉桥街道"),
    "雨花台区": ("石径街道", "雨声街道", "花林街道"),
    "栖霞区": ("枫岭街道", "仙栖街道", "矶头街道"),
    "江宁区": ("方山脚街道", "稻陵街道", "新桥街道"),
    "浦口区": ("江渡街道", "山下街道", "泉里街道"),
    "六合区": ("灵石街道", "雄溪街道", "竹篁镇"),
    "溧水区": ("无思街道", "秋湖镇", "新桥街道"),
    "高淳区": ("慢园街道", "固湖镇", "老街口街道"),
    "江北新区": ("大桥北街道", "泰麓街道", "新区南街道"),
}
STREET_KEYS: tuple[tuple[str, str], ...] = tuple(
    (d, street) for d, streets in STREETS.items() for street in streets
)
"""District and street; the name of a street alone is not enough: two districts have a 新桥街道."""

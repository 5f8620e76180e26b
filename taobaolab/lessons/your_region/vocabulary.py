"""Words of tables: what a column may be called, units, signs of a missing figure, of a rough one, of a sum."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ...definition import NO, YES, known_columns

# Names of a datum in several languages, besides those of definitions.toml. Folded: small letters, no blanks.
NAMES: dict[str, str] = {
    "place": "place, name, village, town, district, settlement, community, municipality, locality, village name, "
    "name of village, town name, 村, 村名, 村庄, 镇, 乡镇, 镇名, 地区, 区县, 名称, 地名, 村名称, ort, dorf, gemeinde, ortsname, commune, "
    "pueblo, aldea, localidad, municipio, aldeia, desa, kampung, nagari, làng, xã, деревня, село, название, 集落, 地区名, 마을, गाँव, गांव",
    "annual_sales_rmb": "online sales, sales, annual sales, yearly sales, e-commerce sales, online turnover, turnover, revenue, "
    "gmv, 网络销售额, 网销额, 网络零售额, 电商交易额, umsatz, onlineumsatz, ventas, ventas en línea, ventes, "
    "chiffre d'affaires, vendas, faturamento, penjualan, omzet, doanh thu, doanh số, оборот, продажи, 売上, 売上高, 매출, बिक्री",
    "active_shops": "active shops, shops, online shops, online stores, stores, e-shops, active stores, sellers, online sellers, "
    "网店数目, 店铺, 店铺数, 活跃店铺, 活跃店铺数, läden, onlineshops, geschäfte, tiendas, tiendas en línea, boutiques, "
    "boutiques en ligne, lojas, lojas online, toko, toko online, cửa hàng, gian hàng, магазины, ショップ数, 店舗数, 상점, दुकानें",
    "registered_shops": "registered shops, registered stores, opened shops, 注册店铺, 注册店铺数",
    "households": "households, hh, hhs, number of households, no. of households, families, homes, 住户数, 农户, haushalte, hogares, "
    "ménages, foyers, agregados familiares, domicílios, rumah tangga, kepala keluarga, kk, hộ, số hộ, домохозяйства, "
    "дворы, 世帯数, 世帯, 가구, 가구수, परिवार",
    "ecommerce_households": "hogares con comercio electrónico, e-commerce households, ecommerce households, online households, trading households, "
    "households online, households that trade online, 网商户, 电商农户",
    "population": "population, inhabitants, people, residents, 常住人口, 户籍人口, einwohner, bevölkerung, población, habitantes, "
    "habitants, população, penduduk, dân số, население, 人口総数, 인구, जनसंख्या",
    "people_in_ecommerce": "people in e-commerce, e-commerce workers, online traders, 电商从业人员, 从业人员数",
    "rural": "rural, rural area, is rural, 乡村, ländlich, zona rural, rurale",
    "administrative_village": "administrative village, is administrative village",
    "residents_committee": "residents' committee, residents committee, 社区居委会",
    "main_platform": "platform, main platform, marketplace, 电商平台, plattform, plataforma, plateforme",
    "taobao_villages": "taobao villages, 淘宝村数, 淘宝村, 淘宝村数量",
    "subdistrict": "subdistrict, 街道",
    "adjacent": "adjacent, neighbouring",
}
SCALES: dict[str, int] = {
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "千": 1000, "百万": 10**6, "千万": 10**7, "wan": 10**4,
    "tenthousand": 10**4, "thousand": 1000, "thousands": 1000, "k": 1000, "tsd": 1000, "tausend": 1000, "miles": 1000,
    "milliers": 1000, "mil": 1000, "ribu": 1000, "nghìn": 1000, "тыс": 1000, "million": 10**6, "millions": 10**6,
    "mio": 10**6, "millionen": 10**6, "millones": 10**6, "milhões": 10**6, "juta": 10**6, "triệu": 10**6, "млн": 10**6,
    "billion": 10**9, "bn": 10**9, "milliarden": 10**9, "mrd": 10**9, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7,
    "crores": 10**7, "'000": 1000, "000": 1000, "1000": 1000, "1,000": 1000, "10,000": 10**4, "10000": 10**4,
    "1,000,000": 10**6, "1000000": 10**6,
}  # fmt: skip
PLAIN, CURRENCIES = (
    words.split()
    for words in (
        """元 人民币 rmb yuan cny renminbi 户 家 个 人 间 所 名 shops shop stores households household people persons villages
        hh peryear ayear yearly annually p.a. /year /年 每年 年 in of number no.""",
        """usd us$ $ dollar dollars 美元 eur € euro euros 欧元 gbp £ pounds inr ₹ rs rupee rupees idr rp rupiah vnd ₫ đồng
        dong jpy ¥ yen 円 日元 krw ₩ won brl r$ reais mxn pesos rub ₽ rubles руб ngn naira kes ksh thb baht php""",
    )
)
MISSING = {
    "", "-", "--", "---", "—", "–", "/", "\\", "?", "??", ".", "..", "...", "n/a", "na", "n.a.", "n.a", "#n/a", "nan", "null",
    "none", "unknown", "notknown", "missing", "nodata", "不详", "未知", "无数据", "暂无", "缺", "缺失", "没有数据", "k.a.", "k.a",
    "unbekannt", "s.d.", "sindatos", "nd", "n.d.", "inconnu", "tidakada", "#div/0!", "#value!", "#ref!", "不明",
}  # fmt: skip
TOTALS = {
    "total", "totals", "sum", "grandtotal", "subtotal", "all", "overall", "合计", "总计", "小计", "共计", "总和", "合计/total",
    "合计total", "gesamt", "summe", "insgesamt", "totalgeneral", "ensemble", "jumlah", "итого", "всего", "tổng", "tổngcộng",
    "合計", "総計", "소계", "합계",
}  # fmt: skip
ROUGH_BEFORE = (
    r"(?i)(?:大约|约|大概|近|逾|超过|超|不足|about|approx(?:imately)?\.?|ca\.?|circa|around|nearly|almost|over|more than|less than|"
    r"under|at least|up to|rund|etwa|über|environ|env\.?|unos|около|約|~|≈|±|>=|<=|>|<|≥|≤)\s*"
)
ROUGH_AFTER = r"(?i)\s*(?:左右|上下|以上|以下|多|余|余人|\+|or so|or more)$"
YES_WORDS = YES | {
    "x",
    "✓",
    "√",
    "✔",
    "yes.",
    "ja",
    "oui",
    "si",
    "sí",
    "sim",
    "ya",
    "có",
    "да",
    "wahr",
    "vrai",
    "verdadero",
}
NO_WORDS = NO | {
    "✗",
    "×",
    "✘",
    "nein",
    "non",
    "não",
    "tidak",
    "không",
    "нет",
    "falsch",
    "faux",
    "falso",
}


@lru_cache(5000)
def folded(text: object) -> str:
    """A word to compare with others: wide letters made narrow, small, without blanks, lines and hyphens."""
    return re.sub(r"[\s_\-·]+", "", unicodedata.normalize("NFKC", str(text)).casefold()).strip("*:")


INITIALS = {word[0] for word in TOTALS}


def is_total(text: str) -> bool:
    """Whether a word names a sum: Total, 合计.

    >>> is_total(" TOTAL: "), is_total("Totalville")
    (True, False)
    """
    return (
        unicodedata.normalize("NFKC", text.strip()[:1]).casefold() in INITIALS
        and folded(text) in TOTALS
    )


class Unit(NamedTuple):
    """What a unit does to a number: ``factor`` times it; a ``currency`` other than RMB needs a rate; ``percent`` a whole."""

    text: str
    factor: int = 1
    currency: str = ""
    percent: bool = False

    @property
    def changes(self) -> bool:
        """Whether the number as it stands is not the number that is meant."""
        return self.factor != 1 or self.percent or bool(self.currency)


def unit_of(text: str) -> Unit | None:
    """The unit that some words name, None if they name none: 万元, thousand yuan, %, USD million.

    >>> unit_of("万元").factor, unit_of("in thousand RMB").factor, unit_of("%").percent, unit_of("2023")
    (10000, 1000, True, None)
    """
    rest, factor, currency, percent = folded(text).rstrip("."), 1, "", False
    words = sorted(
        [*SCALES, *PLAIN, *CURRENCIES, "%", "percent", "百分比", "prozent", "."],
        key=len,
        reverse=True,
    )
    if not rest or rest in ("in", "of", "."):
        return None
    while rest:
        word = next((w for w in words if rest.startswith(w)), None)
        if word is None:
            return None
        rest = rest[len(word) :]
        factor *= SCALES.get(word, 1)
        currency = currency or (word if word in CURRENCIES else "")
        percent = percent or word in ("%", "percent", "百分比", "prozent")
    return Unit(text.strip().replace("_", " "), factor, currency, percent)


def name_and_unit(header: str) -> tuple[str, str, Unit | None]:
    """The name in a header, the words beside it that may be a unit, and the unit if they are one.

    >>> name_and_unit("销售额（万元）")[:2], name_and_unit("Sales in thousand yuan")[:2]
    (('销售额', '万元'), ('Sales', 'thousand yuan'))
    """
    plain = unicodedata.normalize("NFKC", header).strip()
    if found := re.fullmatch(r"(.+?)\s*[(\[]\s*([^()\[\]]*)\s*[)\]]", plain, re.S):
        return found[1], found[2], unit_of(found[2])
    for pattern in (
        r"(.+?)\s*[/,:]\s*([^/,:]+)",
        r"(.+?)\s+in\s+(.+)",
        r"(.+?)[\s_]+(\S+(?:\s\S+)?)",
        r"(.+?)\s*(%)",
    ):
        found = re.fullmatch(pattern, plain, re.S | re.I)
        if found and (unit := unit_of(found[2])) and unit.changes:
            return found[1], found[2], unit
    return plain, "", None


def names_of(datum: str) -> list[str]:
    """All names by which a datum is known, folded."""
    column = known_columns().get(datum)
    ours = [datum, column.label, column.label_zh, *column.names] if column else []
    return list(dict.fromkeys(folded(n) for n in [*ours, *NAMES.get(datum, "").split(", ")] if n))


def exact(value: Decimal) -> int | float:
    """A decimal as a whole number where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)

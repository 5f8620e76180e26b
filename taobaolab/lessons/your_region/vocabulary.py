"""Words that tables use. They prepare answers; nothing is read by them alone that a reader has not seen.

A word that is not here is never guessed: it stands in a question.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ...definition import NO, YES, known_columns

# Names of a datum in several languages, besides those of definitions.toml.
NAMES: dict[str, str] = {
    "place": "place, name, village, town, district, county, settlement, community, municipality, "
    "locality, village name, name of village, island village, 村, 村名, 村庄, 镇, 乡镇, 镇名, 名称, 地名, "
    "ort, dorf, gemeinde, commune, comune, pueblo, municipio, aldeia, desa, kelurahan, làng, xã, "
    "деревня, село, название, 市町村, 마을, गाँव",
    "annual_sales_rmb": "online sales, sales, annual sales, online turnover, turnover, revenue, "
    "网络销售额, 网销额, 电商交易额, umsatz, onlineumsatz, ventas, ventes, chiffre d'affaires, vendas, "
    "penjualan, omzet, doanh thu, оборот, продажи, 売上高, 매출",
    "active_shops": "active shops, shops, online shops, online stores, stores, sellers, 活跃店铺数, 店铺数, "
    "onlineshops, tiendas en línea, boutiques en ligne, lojas online, toko online, ショップ数",
    "households": "households, household, number of households, no. of households, families, 住户数, 农户, "
    "haushalte, hogares, ménages, famiglie, domicílios, rumah tangga, kepala keluarga, kk, jumlah kk, "
    "hộ, số hộ, домохозяйства, 世帯数, 가구수, परिवार",
    "ecommerce_households": "e-commerce households, households in e-commerce, households online, "
    "% of households in e-commerce, hogares con comercio electrónico, 网商户",
    "population": "population, total population, inhabitants, residents, 常住人口, 户籍人口, einwohner, "
    "ewz, bevölkerung, población, habitants, população, penduduk, dân số, население, 人口総数, 인구",
    "people_in_ecommerce": "people in e-commerce, e-commerce workers, 电商从业人员, 从业人员数",
    "rural": "rural area, is rural, ländlich, zona rural",
    "main_platform": "platform, marketplace, 电商平台, plattform, plataforma, plateforme",
}
# Columns that say neither a place nor a unit, and so put no unit in doubt.
HARMLESS = {"status", "source", "notes", "remarks", "id", "no", "year", "年份", "备注", "资料来源"}
SCALES: dict[str, int] = {
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "千": 1000, "百万": 10**6, "千万": 10**7,
    "wan": 10**4, "thousand": 1000, "thousands": 1000, "k": 1000, "tsd": 1000, "miles": 1000,
    "milliers": 1000, "ribu": 1000, "nghìn": 1000, "тыс": 1000, "million": 10**6, "millions": 10**6,
    "mio": 10**6, "millionen": 10**6, "juta": 10**6, "triệu": 10**6, "млн": 10**6, "billion": 10**9,
    "bn": 10**9, "mrd": 10**9, "tỷ": 10**9, "lakh": 10**5, "crore": 10**7, "'000": 1000, "000": 1000,
    "1,000": 1000, "1000": 1000, "10,000": 10**4, "10000": 10**4,
}  # fmt: skip
RMB = {"元", "人民币", "人民幣", "rmb", "yuan", "cny", "renminbi"}
MONEY_WORDS = """usd us$ $ dollar dollars 美元 eur € euro euros gbp £ inr ₹ rs rupees idr rp rupiah vnd ₫ đ đồng dong
jpy ¥ yen 円 日元 krw ₩ 원 won brl r$ reais mxn pesos rub ₽ руб ngn naira kes ksh thb baht php rm zł pln myr zar r s/"""
MONEY = set(MONEY_WORDS.split())
COUNTED = """户 戸 家 个 个村 人 间 所 名 家店 명 世帯 shops shop stores households household people persons villages
number count jiwa kk ayear peryear /year 年 每年"""
PLAIN = set(COUNTED.split())
PERCENT = {"%", "percent", "pct", "prozent", "百分比", "‰", "promille", "permille"}
# What is counted for each, or on average, is no count.
RATES = (
    r"(?i)\baverage|\bavg\b|\bmean\b|\bmedian\b|\bper\b|\brate\b|\bratio\b|\bshare\b|\bdensity\b|"
    r"\bindex\b|%|‰|平均|人均|户均|密度|比例|比重|率|指数|durchschnitt|dichte|anteil|kepadatan|rata-rata|"
    r"средн|плотност|доля|moyenne|densité|promedio|densidad|평균|비율|/\s*km"
)
MISSING = {
    "", "/", "\\", "?", "??", "...", "…", "n/a", "na", "n.a.", "n.a", "#n/a", "nan", "null", "none",
    "unknown", "notknown", "missing", "nodata", "notavailable", "不详", "未知", "无数据", "暂无", "缺",
    "缺失", "k.a.", "unbekannt", "s.d.", "s/d", "sindatos", "nd", "n.d.", "n.v.", "inconnu", "tidakada",
    "tidakadadata", "不明", "nr", "tbd",
}  # fmt: skip
TOTALS = {
    "total", "totals", "sum", "grandtotal", "subtotal", "all", "overall", "合计", "总计", "小计", "共计",
    "总和", "合計", "総計", "總計", "合计total", "合计/total", "gesamt", "summe", "insgesamt", "totale", "ensemble",
    "jumlah", "итого", "всего", "tổng", "tổngcộng", "razem", "toplam", "소계", "합계", "전국", "全国", "全國",
}  # fmt: skip
ROUGH_BEFORE = (
    r"(?i)(?:大约|约|大概|近|逾|超过|超|不足|about|approx(?:imately)?\.?|ca\.?|circa|around|nearly|almost|"
    r"over|more than|less than|under|at least|up to|rund|etwa|über|environ|env\.?|unos|около|約|"
    r"~|≈|±|>=|<=|>|<|≥|≤)\s*"
)
ROUGH_AFTER = r"(?i)\s*(?:左右|上下|以上|以下|多|余|余人|\+|or so|or more)$"
YES_WORDS = YES | {"x", "✓", "√", "✔", "ja", "oui", "si", "sí", "sim", "ya", "có", "да"}
YES_WORDS |= {"rural", "农村", "乡村"}
NO_WORDS = NO | {"✗", "×", "✘", "nein", "non", "não", "tidak", "không", "нет"}
NO_WORDS |= {"urban", "城镇", "城市"}


@lru_cache(20_000)
def folded(text: object) -> str:
    """A word to compare with others: wide letters made narrow, small, without blanks, lines, hyphens.

    >>> folded("Total_Population "), folded("Ｔｏｔａｌ:")
    ('totalpopulation', 'total')
    """
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s_\-·]+", "", plain).strip("*:")


def is_total(text: str) -> bool:
    """Whether a cell names a sum: Total, 合计. A help only; sums are found by arithmetic."""
    return len(text) < 30 and folded(text) in TOTALS


@lru_cache(100)
def names_of(datum: str) -> frozenset[str]:
    """All names by which a datum is known, folded."""
    column = known_columns().get(datum)
    names = NAMES.get(datum, "").split(", ")
    names.append(datum)
    if column is not None:
        names += [column.label, column.label_zh, *column.names]
    return frozenset(folded(name) for name in names if name)


def names_place(header: str) -> bool:
    """Whether a header is a usual name of the column of places."""
    return folded(header) in names_of("place")


def datum_named(header: str) -> str:
    """The datum that a header names exactly, or nothing."""
    for datum in known_columns():
        if folded(header) in names_of(datum):
            return datum
    return ""


def says_rate(header: str) -> bool:
    """Whether a header speaks of an average, a density, a rate or a share."""
    return re.search(RATES, header.replace("_", " ")) is not None

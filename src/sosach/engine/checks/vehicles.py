"""Rules about one vehicle record: plate and kind, years and dates, chassis and engine, owner, status."""

from functools import partial

from sosach.engine.checks.moments import age, born, day, pin_says_other_year
from sosach.engine.checks.rule import RowRule
from sosach.engine.checks.sources import VEHICLES, VEHICLES_GIVEN

_rule = partial(RowRule, source=VEHICLES)

TRUCK_YEARS = 25
PASSENGER_YEARS = 20
"""Service life in years from the year of manufacture; it ends on 31 December of the last year."""

_TWO_WHEELS = "('mo_to', 'gan_may', 'may_dien')"
_TRAILERS = "('ro_mooc', 'so_mi_ro_mooc')"
_VIN = "'[A-HJ-NPR-Z0-9]{17}'"
_MODEL_YEARS = "'ABCDEFGHJKLMNPRSTVWXY123456789'"
_KIND_TEXT = "lower(coalesce(r.vehicle_kind, '') || ' ' || coalesce(r.model, ''))"
_TRUCK = (
    f"(s.vehicle_kind = 'bon_banh_cho_hang' OR regexp_matches({_KIND_TEXT}, 'tải|\\btai\\b|đầu kéo|dau keo|truck'))"
)
_BUS = f"regexp_matches({_KIND_TEXT}, 'khách|khach|buýt|buyt|\\bbus\\b|giường nằm|giuong nam')"
_LIFE = f"CASE WHEN {_TRUCK} THEN {TRUCK_YEARS} WHEN {_BUS} THEN {PASSENGER_YEARS} END"
_SCRAPPED = "('da_tieu_huy_sat_vun', 'hong_khong_su_dung')"
_GONE = "('da_tieu_huy_sat_vun', 'hong_khong_su_dung', 'het_nien_han')"
_DEALERS = "'NGÂN HÀNG|NGAN HANG|\\bBANK\\b|TÍN DỤNG|TIN DUNG|CHO THUÊ TÀI CHÍNH|CHO THUE TAI CHINH|ĐẠI LÝ|DAI LY|HEAD HONDA|SHOWROOM'"


PLATE_RULES = (
    _rule(
        code="VEH-01",
        when=f"(s.plate_kind = 'car' AND s.vehicle_kind IN {_TWO_WHEELS}) "
        "OR (s.plate_kind = 'motorbike' AND s.vehicle_kind IN ('o_to', 'ro_mooc', 'so_mi_ro_mooc'))",
        column="plate",
        other="r.vehicle_kind",
    ),
    _rule(
        code="VEH-02",
        when=f"(s.plate_kind = 'trailer' AND s.vehicle_kind NOT IN {_TRAILERS}) "
        f"OR (s.vehicle_kind IN {_TRAILERS} AND s.plate_kind NOT IN ('trailer', 'temporary', 'military', 'ambiguous', 'motorbike'))",
        column="plate",
        other="r.vehicle_kind",
    ),
    _rule(
        code="VEH-03",
        when=f"s.plate_colour = 'vang' AND s.vehicle_kind IN {_TWO_WHEELS}",
        column="plate_colour",
        other="r.vehicle_kind",
    ),
    _rule(
        code="VEH-04",
        when="s.plate_colour = 'xanh' AND s.owner_kind = 'person'",
        column="plate_colour",
        other="r.owner_name",
    ),
    _rule(
        code="VEH-05",
        when="s.plate_colour = 'xanh' AND s.plate_kind IN ('car', 'motorbike') "
        "AND substr(s.plate, 3, 1) NOT IN ('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'K', 'L', 'M')",
        column="plate_colour",
        other="r.plate",
    ),
    _rule(code="VEH-06", when="s.plate_kind = 'military' OR s.plate_colour = 'do'", column="plate"),
    _rule(
        code="VEH-07",
        when="s.plate_kind = 'foreign' AND s.owner_kind = 'person' AND (s.pin IS NOT NULL OR s.old_id IS NOT NULL)",
        column="plate",
        other="r.owner_id_number",
    ),
    _rule(
        code="VEH-08",
        when="s.plate_kind = 'temporary' AND s.registered_on < {as_of} - INTERVAL 6 MONTH",
        column="plate",
        other=day("s.registered_on"),
    ),
    _rule(
        code="VEH-09",
        when="strlen(s.plate) < 9 AND ((s.plate_kind = 'car' AND strlen(s.plate) IN (6, 7)) "
        "OR (s.plate_kind = 'motorbike' AND strlen(s.plate) IN (7, 8)))",
        column="plate",
    ),
    _rule(
        code="VEH-10",
        when="c.province <> k.province AND s.plate_kind IN ('car', 'motorbike', 'trailer', 'any', 'ambiguous')",
        column="plate",
        other="r.owner_address",
    ),
    _rule(
        code="VEH-11",
        when="s.plate_kind = 'motorbike' AND s.registered_on < DATE '2023-08-15' "
        "AND strlen(s.plate) = 9 AND substr(s.plate, 4, 1) BETWEEN 'A' AND 'Z'",
        column="plate",
        other=day("s.registered_on"),
    ),
    _rule(code="VEH-12", when="s.vehicle_kind = 'tho_so'", column="vehicle_kind"),
)

DATE_RULES = (
    _rule(
        code="VEH-15",
        when="s.manufactured_year > year(s.registered_on)",
        column="manufactured_year",
        other=day("s.registered_on"),
    ),
    _rule(code="VAL-31", when="s.manufactured_year > year({as_of}) + 1", column="manufactured_year"),
    _rule(
        code="DAT-10",
        when="s.registered_on > {as_of} AND year(s.registered_on) = year({as_of})",
        column="registered_on",
    ),
    _rule(code="VEH-19", when="s.registered_on < DATE '1945-09-02'", column="registered_on"),
    _rule(
        code="VEH-20",
        when=f"s.manufactured_year + {PASSENGER_YEARS} < year({{as_of}}) AND s.vehicle_kind NOT IN {_TWO_WHEELS} "
        f"AND s.vehicle_kind NOT IN {_TRAILERS} AND coalesce(s.status, '') NOT IN {_SCRAPPED}",
        also=f"s.manufactured_year + {_LIFE} < year({{as_of}})",
        column="manufactured_year",
        other=f"s.manufactured_year + {_LIFE}",
    ),
    _rule(
        code="VEH-22",
        when=f"s.status = 'het_nien_han' AND (s.vehicle_kind IN {_TWO_WHEELS} OR s.vehicle_kind IN {_TRAILERS})",
        column="status",
        other="r.vehicle_kind",
    ),
)

NUMBER_RULES = (
    _rule(
        code="VEH-25",
        when=f"strlen(s.engine) = 17 AND coalesce(strlen(s.chassis), 0) <> 17 AND regexp_full_match(s.engine, {_VIN}) "
        "AND NOT regexp_full_match(s.engine, '[0-9]*')",
        column="chassis_number",
        proposed="r.engine_number",
        other="r.engine_number",
    ),
    _rule(code="VEH-26", when="s.chassis = s.engine", column="engine_number", other="r.chassis_number"),
    _rule(
        code="VEH-27",
        when="strlen(s.plate) >= 7 AND (starts_with(s.chassis, s.plate) OR ends_with(s.chassis, s.plate))",
        column="chassis_number",
        other="r.plate",
    ),
    _rule(
        code="VEH-28",
        when="strlen(s.plate) >= 7 AND (starts_with(s.engine, s.plate) OR ends_with(s.engine, s.plate))",
        column="engine_number",
        other="r.plate",
    ),
    _rule(
        code="VEH-29",
        when="strlen(s.chassis) = 17 AND (s.manufactured_year - 1979 "
        f"- nullif(instr({_MODEL_YEARS}, substr(s.chassis, 10, 1)), 0) + 300) % 30 BETWEEN 3 AND 27",
        column="manufactured_year",
        other="substr(s.chassis, 10, 1)",
    ),
    _rule(
        code="VEH-30",
        when="s.manufactured_year >= 2010 AND strlen(s.chassis) < 17",
        column="chassis_number",
        other="r.manufactured_year",
    ),
    _rule(
        code="VEH-31",
        when="s.chassis >= 'RLH' AND s.chassis < 'RLI' AND strlen(s.chassis) = 17 AND s.brand <> 'HONDA'",
        column="brand",
        proposed="'HONDA'",
        other="r.chassis_number",
    ),
)

OWNER_RULES = (
    _rule(
        code="VEH-35",
        when="s.birth_year > year(s.registered_on)",
        column="owner_birth_date",
        other=day("s.registered_on"),
    ),
    _rule(
        code="VEH-36",
        when=f"s.birth_year > year(s.registered_on) - 19 AND {age('s.registered_on')} BETWEEN 0 AND 17",
        column="owner_birth_date",
        other=day("s.registered_on"),
    ),
    _rule(
        code="VEH-37",
        when="year(s.registered_on) - s.birth_year > 100",
        column="owner_birth_date",
        other=day("s.registered_on"),
    ),
    _rule(
        code="VEH-39",
        when="s.owner_kind = 'organisation' AND s.pin IS NULL AND s.old_id IS NULL",
        also="regexp_matches(r.owner_id_number, '[0-9A-Za-z]') AND NOT "
        "regexp_full_match(regexp_replace(r.owner_id_number, '[^0-9]', '', 'g'), '[0-9]{10}|[0-9]{13}')",
        column="owner_id_number",
        other="r.owner_name",
    ),
    _rule(
        code="VEH-40",
        when="s.owner_kind = 'organisation' AND s.pin IS NOT NULL",
        column="owner_id_number",
        other="r.owner_name",
    ),
    _rule(
        code="VEH-41",
        when="s.owner_kind = 'several' AND (s.pin IS NOT NULL OR s.old_id IS NOT NULL)",
        column="owner_id_number",
        other="r.owner_name",
    ),
    _rule(
        code="VEH-42",
        when="s.owner_kind = 'person' AND s.pin IS NULL AND s.old_id IS NULL AND s.pin_repair IS NULL "
        "AND s.old_id_repair IS NULL AND s.birth_year IS NULL",
        column="owner_name",
    ),
    _rule(
        code="VEH-43",
        when="s.owner_kind = 'organisation'",
        also=f"regexp_matches(s.name, {_DEALERS})",
        column="owner_name",
    ),
    RowRule(
        code="VEH-44",
        source=VEHICLES_GIVEN,
        when="r.owner_id_number = r.owner_phone AND strlen(r.owner_phone) > 5",
        column="owner_id_number",
        other="r.owner_phone",
    ),
    _rule(
        code="PIN-14",
        when=f"s.owner_kind = 'person' AND {pin_says_other_year()}",
        column="owner_id_number",
        other=born(),
    ),
)

STATUS_RULES = tuple(
    _rule(code=code, when=f"s.status {condition}", column="status")
    for code, condition in (
        ("VEH-50", "= 'da_ban_chua_sang_ten'"),
        ("VEH-51", "= 'dang_dung_xe_nguoi_khac'"),
        ("VEH-52", "= 'thua_ke'"),
        ("VEH-53", "= 'mat_cap'"),
        ("VEH-54", f"IN {_GONE}"),
        ("VEH-55", "= 'that_lac_giay_to'"),
        ("VEH-56", "= 'chuyen_dia_ban'"),
        ("VEH-57", "= 'tam_giu_tich_thu'"),
        ("VEH-58", "= 'khong_xac_dinh'"),
        ("VEH-59", "= 'muon_thue'"),
    )
)

VEHICLE_RULES = (*PLATE_RULES, *DATE_RULES, *NUMBER_RULES, *OWNER_RULES, *STATUS_RULES)

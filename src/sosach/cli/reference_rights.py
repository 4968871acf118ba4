"""The reference page of rights: the policy table by table, who may do what nationwide, and why one may look."""

from sosach.cli.reference_verbs import Verb, verbs
from sosach.domain.access.rules import Action, Role, TablePolicy, Territory, policies
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.access.rules.release import Release, releases
from sosach.vn.catalogue import legal_sources

ROLES: dict[Role, tuple[str, str]] = {
    Role.CLERK: ("cán bộ tiếp nhận", "works on cases of the own unit"),
    Role.VERIFIER: ("người xác minh", "accepts and refuses; the second person"),
    Role.CHIEF: ("thủ trưởng đơn vị", "head of the unit: corrections of the population, delegation"),
    Role.CIVIL_STATUS: ("công chức hộ tịch", "civil-status officer or message: births, deaths, marriages"),
    Role.POPULATION: ("quản lý dân cư", "keeps the population register"),
    Role.VEHICLES: ("đăng ký xe", "keeps the vehicle register"),
    Role.LICENCES: ("quản lý giấy phép lái xe", "keeps the licence register"),
    Role.CARDS: ("cán bộ căn cước", "takes applications for ID cards, captures, hands cards over"),
    Role.CARD_APPROVER: ("người phê duyệt thẻ", "approves applications, judges whether two captures are one person"),
    Role.CARD_STOCK: ("thủ kho, sản xuất thẻ", "keeps blanks, runs jobs, sends finished cards out"),
    Role.CARD_QUALITY: ("kiểm tra chất lượng thẻ", "reads finished cards back, lets them go or spoils them"),
    Role.STEWARD: ("quản trị dữ liệu", "imports, cleaning runs"),
    Role.ADMIN: ("quản trị tài khoản", "accounts and roles; sees nobody's data"),
    Role.AUDITOR: ("kiểm tra nhật ký", "reads the evidence log"),
    Role.CITIZEN: ("công dân", "the own record"),
    Role.PARTNER: ("cơ quan, tổ chức kết nối", "another agency or body: what its agreement lets it ask"),
    Role.SYSTEM: ("hệ thống", "scheduled work, messages, imports"),
}
TERRITORIES: dict[Territory, tuple[str, str]] = {
    Territory.COMMUNE: ("theo xã, tỉnh của bản ghi", "by commune and province of the row itself"),
    Territory.PARENT: ("theo bản ghi mà nó thuộc về", "where the row it hangs on is visible"),
    Territory.EVERYWHERE: ("không giới hạn địa bàn", "no territory"),
    Territory.OWN: ("của chính tài khoản", "rows of the account itself"),
    Territory.OWN_ACTS: ("việc mình làm; ai đã xem mình", "own acts, and who looked at me; auditors see all"),
}
_LETTERS = {Action.READ: "R", Action.INSERT: "I", Action.UPDATE: "U", Action.DELETE: "D"}
_HEAD = """# Quyền / Rights

*This page is generated (`make docs`); do not edit it by hand.*

Một chính sách duy nhất (`domain/access/policy/`): từ đó sinh ra quyền và bảo vệ theo dòng của cơ sở dữ liệu; các kiểm thử đối chiếu
từng ô. *R* đọc, *I* thêm, *U* sửa, *D* xóa. Vai trò nào cũng chỉ có tác dụng trong địa bàn của tài khoản.
The one policy (`domain/access/policy/`, one file per subject): grants and row-level security of the database are made from it.
*R* read, *I* insert, *U* update, *D* delete. A role holds in the territory of its account only: nation, province, commune, or the own
person. Beyond the table, every function checks roles of its own ([procedures](procedures.md)). To change it: [how](../howto/change-the-policy.md).
"""


def rights_page() -> str:
    """The whole page, Markdown."""
    parts = (_roles, _territories, _tables, _nationwide, _purposes, _releases)
    return "\n".join([_HEAD, *(part() for part in parts)])


def _roles() -> str:
    rows = [f"| `{role}` | {ROLES[role][0]} | {ROLES[role][1]} |" for role in Role]
    return "\n".join(["## Vai trò / Roles", "", "| Role | Là ai | Who it is |", "|---|---|---|", *rows, ""])


def _territories() -> str:
    rows = [f"| `{each}` | {TERRITORIES[each][0]} | {TERRITORIES[each][1]} |" for each in Territory]
    return "\n".join(
        ["## Địa bàn / Territories", "", "| Territory | Nghĩa là | It means |", "|---|---|---|", *rows, ""]
    )


def _tables() -> str:
    head = ["## Bảng / Tables", "", "| Table | Territory | " + " | ".join(Role) + " |", "|---" * (len(Role) + 2) + "|"]
    return "\n".join([*head, *(_row(policy) for _, policy in sorted(policies().items())), ""])


def _row(policy: TablePolicy) -> str:
    cells = [
        "".join(letter for action, letter in _LETTERS.items() if role in policy.roles.get(action, ())) or "·"
        for role in Role
    ]
    return f"| `{policy.table}` | {_territory(policy)} | " + " | ".join(cells) + " |"


def _territory(policy: TablePolicy) -> str:
    own = f"; citizen: `{policy.person}`" if policy.person else ""
    if policy.parent is None:
        return f"{policy.territory}{own}"
    return f"{policy.territory}: " + ", ".join(f"`{table}`" for table in policy.parent.tables.values()) + own


def _nationwide() -> str:
    head = """## Ngoài địa bàn / Beyond the territory

Functions the law opens to the whole country, by exact number or by procedure. Each still checks roles; most procedures also refuse
whoever reaches none of the records concerned (ACCESS-02).

| Function | Loại / Kind | Event | Roles |
|---|---|---|---|"""
    rows = [_beyond(verb) for verb in verbs() if verb.nationwide]
    return "\n".join([head, *rows, ""])


def _beyond(verb: Verb) -> str:
    kind = "xem / look" if verb.event.access else "thủ tục / procedure"
    return f"| `{verb.subject}.{verb.name}` | {kind} | {verb.event.code} | {', '.join(sorted(verb.roles))} |"


def _purposes() -> str:
    head = """## Mục đích / Purposes

Why one may look at data of people: the closed list `domain/access/purposes.toml`. *Case*: the number of a case has to be told.

| Code | Để làm gì | What for | Law | Case |
|---|---|---|---|---|"""
    rows = [
        f"| `{each.code}` | {each.vi} | {each.en} | {legal_sources()[each.legal].en} | {'yes' if each.case else '–'} |"
        for each in purposes().values()
    ]
    return "\n".join([head, *rows, ""])


def _releases() -> str:
    head = """## Hiển thị theo lớp dữ liệu / What is shown, by class

The table `domain/access/release.toml`. Every column says its class ([data](data.md)); on the way out of every look, values of a class
that is not released to the roles of the looker for the purpose told are replaced by a mark that names the class (over HTTP
`{"withheld": "sensitive"}`). Giá trị không được xem được ghi rõ là bị giữ lại, không bỏ trống.

| Register | Class | Roles | Purposes |
|---|---|---|---|"""
    return "\n".join([head, *map(_release, releases()), ""])


def _release(line: Release) -> str:
    roles = ", ".join(f"`{role}`" for role in Role if role in line.roles)
    why = ", ".join(f"`{code}`" for code in purposes() if code in line.purposes) or "mọi mục đích / every one"
    return f"| {line.register} | {line.sensitivity} | {roles} | {why} |"

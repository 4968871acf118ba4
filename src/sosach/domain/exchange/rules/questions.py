"""Questions a partner may ask for yes or no: of which register, what it has to tell, and whether it is a guess."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes:
        name: what the agreement and the request call it.
        register: whose records it is about.
        told: what the partner tells with it.
        guess: a no is charged as a look-up that found nothing, since asking often enough would find the value out.
        vi: the question, Vietnamese.
        en: the question, English.
    """

    name: str
    register: str
    told: tuple[str, ...]
    guess: bool
    vi: str
    en: str


_ALL = (
    Question("is_alive", "population", (), False, "Người này còn sống?", "Is the person alive?"),
    Question("is_adult", "population", (), False, "Đã đủ 18 tuổi?", "Is the person 18 or older?"),
    Question("age_at_least", "population", ("years",), True, "Đã đủ số tuổi đó?", "Is the person that old?"),
    Question("name_matches", "population", ("full_name",), True, "Họ tên có khớp?", "Is this the name?"),
    Question(
        "birth_date_matches", "population", ("birth_date",), True, "Ngày sinh có khớp?", "Is this the birth date?"
    ),
    Question("lives_in", "population", ("unit",), True, "Có cư trú ở đơn vị đó?", "Is the residence in that unit?"),
    Question(
        "had_old_number", "population", ("number",), True, "Số cũ có phải của người này?", "Was that number theirs?"
    ),
    Question("vehicle_registered", "vehicles", (), False, "Xe đang đăng ký hợp lệ?", "Is the vehicle registered?"),
    Question("vehicle_pledged", "vehicles", (), False, "Xe đang thế chấp?", "Is the vehicle pledged?"),
    Question("owner_is", "vehicles", ("person",), True, "Người này là chủ xe?", "Is that person the owner?"),
    Question(
        "chassis_matches", "vehicles", ("chassis_number",), True, "Số khung có khớp?", "Is this the chassis number?"
    ),
    Question("engine_matches", "vehicles", ("engine_number",), True, "Số máy có khớp?", "Is this the engine number?"),
    Question("licence_valid", "licences", (), False, "Giấy phép còn hiệu lực?", "Is the licence valid?"),
    Question("may_drive", "licences", ("class",), False, "Được lái xe hạng đó?", "May the holder drive that class?"),
    Question("holder_is", "licences", ("person",), True, "Người này là chủ giấy phép?", "Is that person the holder?"),
)
QUESTIONS = {each.name: each for each in _ALL}
MATCHES = "matches"  # compares what was told, attribute by attribute, as far as the agreement lets

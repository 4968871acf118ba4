"""What follows from a step, told before it is done; most of them cannot be taken back."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

# Name of the step, without the number of what it is about → what happens then.
FOLLOWS: Final[Mapping[str, Any]] = {
    # applications
    "approve": _("Hồ sơ chuyển sang chờ làm thẻ. Duyệt rồi thì không rút lại, không từ chối được nữa."),
    "screen": _("Ảnh, vân tay được so với mọi người đã thu nhận. Giống ai thì hai người khác kết luận."),
    "summon": _("Đồng hồ 7 ngày dừng đến khi công dân đến; khi đó phải thu nhận lại."),
    "refuse": _("Hồ sơ kết thúc, phiếu CC03 được lập kèm lý do này. Không hoàn tác được."),
    "withdraw": _("Hồ sơ kết thúc. Không hoàn tác được: muốn làm thẻ phải nộp hồ sơ mới."),
    "judge": _("Ý kiến ghi rồi thì không sửa được; có hai ý kiến giống nhau là kết luận."),
    # a card
    "hand-over": _("Thẻ có hiệu lực ngay, thẻ cũ hết hiệu lực, hồ sơ kết thúc. Không hoàn tác được."),
    "spoil": _("Thẻ này bỏ, chờ tiêu hủy; hồ sơ quay lại chờ làm thẻ khác. Không hoàn tác được."),
    "astray": _("Thẻ này coi như mất và không bao giờ được trả; hồ sơ quay lại chờ làm thẻ khác. Không hoàn tác được."),
    "hold": _("Thẻ không dùng được cho đến khi được trả lại."),
    "complaint": _(
        "Thẻ hết hiệu lực ngay. Thẻ báo mất mà tìm thấy trước khi có thẻ khác thì khôi phục được; thẻ báo hỏng thì không."
    ),
    "revoke": _("Thẻ hết hiệu lực vĩnh viễn và phải nộp lại. Không hoàn tác được."),
    "recover": _("Chỉ ghi khi đã cầm thẻ trong tay. Thẻ chờ tiêu hủy. Không hoàn tác được."),
    # production
    "plan": _("Mỗi hồ sơ sắp đến hạn nhất được giữ một phôi. Chưa giao máy thì còn hủy lệnh được."),
    "retire": _("Không lập lệnh mới cho máy này nữa. Không hoàn tác được: muốn dùng lại phải đăng ký máy mới."),
    "sign": _("Dữ liệu từng thẻ được tạo, ký và mã hóa cho máy. Người khác phải cho phép thì máy mới được làm."),
    "release": _("Máy được lấy gói dữ liệu và làm thẻ. Từ đây không hủy lệnh được nữa."),
    "report": _("Thẻ máy báo tốt chuyển sang chờ kiểm tra; thẻ máy báo hỏng thì hồ sơ chờ làm thẻ khác."),
    "close": _("Thẻ ngoài mẫu kiểm tra được cho qua, gói dữ liệu bị xóa. Không mở lại được."),
    "cancel": _("Phôi về kho, hồ sơ quay lại chờ làm thẻ. Không hoàn tác được."),
    "settle": _("Kết luận rồi thì không sửa được. Thẻ hỏng hoặc không tìm thấy thì hồ sơ chờ làm thẻ khác."),
    "read": _("Thẻ đạt được cho qua; sai một điều là thẻ hỏng và hồ sơ chờ làm thẻ khác. Không hoàn tác được."),
    # stock and parcels
    "receive": _("Mọi số trong dải vào kho. Đếm phôi trước khi ghi: không xóa được lần nhận."),
    "move": _("Phôi mất ghi nhầm thì ghi tìm thấy lại được; phôi hỏng hoặc đã trả nhà cung cấp thì không."),
    "list": _("Phôi hỏng và thẻ cũ đã thu lại chờ người khác chứng kiến tiêu hủy. Danh sách lập rồi không sửa được."),
    "destroy": _("Bạn xác nhận đã tận mắt thấy mọi phôi, thẻ trong danh sách bị tiêu hủy. Không hoàn tác được."),
    "send": _("Mọi thẻ đạt chất lượng của nơi này đi trong một gói; thẻ không được trả nữa thì ở lại."),
    "arrive": _("Chỉ ghi số đã đếm được; thẻ chưa thấy ở lại danh sách và đếm thêm sau được."),
    # capture
    "drop": _("Mọi ảnh của lần thu nhận này bị xóa và phải thu nhận lại từ đầu. Không hoàn tác được."),
}


def follows(step: str) -> str:
    """What follows from a step; "" where nothing has to be told."""
    return str(FOLLOWS.get(step.rstrip("0123456789").rstrip("-"), ""))

"""What messages of DCI's registry interface have to hold, as far as an answer depends on it; more is let be."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from sosach.domain.exchange.rules.dci import MOST_AT_ONCE, VERSION

Number = Annotated[str, StringConstraints(min_length=1, max_length=99)]
Text = Annotated[str, StringConstraints(max_length=999)]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
Message = TypeVar("Message", bound=BaseModel)


class Open(BaseModel):
    """An object that may hold more than is named."""

    model_config = ConfigDict(extra="allow")


class Header(Open):
    """Header of a request."""

    version: str = VERSION
    message_id: Number
    message_ts: AwareDatetime
    action: str
    sender_id: Number
    sender_uri: Text = ""
    receiver_id: Text = ""
    total_count: int = Field(ge=0)
    is_msg_encrypted: bool = False


class CallbackHeader(Open):
    """Header of an answer somebody sends us."""

    version: str = VERSION
    message_id: Number
    message_ts: AwareDatetime
    action: str
    status: Literal["rcvd", "pdng", "succ", "rjct"] | None = None


class Criteria(Open):
    """What a search is for; whether it can be answered is said for each search."""

    query_type: Literal["idtype-value", "expression", "predicate", "graphql"]
    query: dict[str, Any] | list[dict[str, Any]]
    sort: list[dict[str, Any]] | None = None
    pagination: dict[str, Any] | None = None
    reg_record_type: Text | None = None


class Search(Open):
    """One search."""

    reference_id: Number
    timestamp: AwareDatetime
    search_criteria: Criteria
    locale: Locale | None = None


class Searches(Open):
    """`SearchRequest`."""

    transaction_id: Number
    search_request: list[Search] = Field(max_length=MOST_AT_ONCE)

    @property
    def count(self) -> int:
        """How many requests there are."""
        return len(self.search_request)


class WatchCriteria(Open):
    """What somebody wants to be told of."""

    reg_event_type: Text
    filter: dict[str, Any] | list[dict[str, Any]]
    notify_record_type: Text
    filter_type: Literal["idtype-value", "expression", "predicate", "graphql"] | None = None
    frequency: dict[str, Any] | None = None


class Watch(Open):
    """One wish to be told."""

    reference_id: Number
    timestamp: AwareDatetime
    subscribe_criteria: WatchCriteria
    locale: Locale | None = None


class Watches(Open):
    """`SubscribeRequest`."""

    transaction_id: Number
    subscribe_request: list[Watch] = Field(max_length=MOST_AT_ONCE)

    @property
    def count(self) -> int:
        """How many requests there are."""
        return len(self.subscribe_request)


class Unwatch(Open):
    """`UnSubscribeRequest`."""

    transaction_id: Number
    timestamp: AwareDatetime
    subscription_codes: list[Number] = Field(max_length=MOST_AT_ONCE)

    @property
    def count(self) -> int:
        """One, however many codes it names."""
        return 1


class StatusAsked(Open):
    """About which transaction somebody asks."""

    reference_id: Number
    txn_type: Literal["search", "subscribe", "unsubscribe"]
    attribute_type: Literal["transaction_id", "reference_id_list", "correlation_id", "subscription_code_list"]
    attribute_value: Number | Annotated[list[Number], Field(max_length=MOST_AT_ONCE)]
    locale: Locale | None = None


class Status(Open):
    """`TxnStatusRequest`."""

    transaction_id: Number
    txnstatus_request: StatusAsked

    @property
    def count(self) -> int:
        """One."""
        return 1


class Envelope(Open, Generic[Message]):
    """Signature, header and message."""

    signature: str | None = None
    header: Header
    message: Message


class CallbackEnvelope(Open):
    """An answer or notice somebody sends us."""

    signature: str | None = None
    header: CallbackHeader
    message: dict[str, Any] | None = None

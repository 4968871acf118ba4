"""The jobs of the queue: each takes ids, may run twice without harm, and is taken up again when its worker died."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from sosach.domain.access.operations.idempotency import KEPT_FOR
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.jobs.bulk import blank, work_through
from sosach.jobs.call_backs import call_back
from sosach.jobs.deliveries import Sender, deliver, note_new
from sosach.jobs.reactions import follow_up, note_failed, react
from sosach.jobs.schedule import SCHEDULE, Scheduled

STALLED_SECONDS = 30.0  # a worker tells every 10 seconds that it lives
KEEP_HOURS = 24 * 7
SOON = 1  # what is due does not wait behind the reactions to a large batch
_AGAIN = RetryStrategy(max_attempts=10, exponential_wait=3)


@app.task(name="react", retry=_AGAIN, pass_context=True)
def react_to_event(context: JobContext, *, event_id: int, reaction: str) -> bool:
    """One reaction to one event of the log; what fails shows at once, and for good when the queue gives it up."""
    try:
        return react(event_id, reaction, datetime.now(UTC))
    except Exception as failure:
        last = context.job.attempts >= (_AGAIN.max_attempts or 0)
        note_failed(event_id, reaction, failure, last=last, at=datetime.now(UTC))
        raise


@app.periodic(cron="* * * * * */2")
@app.task(name="deliver", queueing_lock="deliver", lock="deliver")
def deliver_notices(timestamp: int) -> int:
    """Note who is to be told of what is new, and send what is due."""
    del timestamp
    signer = receipt_signer(settings.SOSACH_NOTICE_KEY)
    sender = Sender(signer, settings.SOSACH_URL, loopback=settings.SOSACH_NOTICES_TO_LOOPBACK)
    note_new(datetime.now(UTC))
    return deliver(sender, clock=lambda: datetime.now(UTC))


@app.periodic(cron="* * * * * */2")
@app.task(name="call_back", queueing_lock="call_back", lock="call_back")
def call_back_partners(timestamp: int) -> int:
    """Answer whoever asked to be called back."""
    del timestamp
    signer = receipt_signer(settings.SOSACH_NOTICE_KEY)
    sender = Sender(signer, settings.SOSACH_URL, loopback=settings.SOSACH_NOTICES_TO_LOOPBACK)
    return call_back(sender, name=settings.SOSACH_INSTALLATION, clock=lambda: datetime.now(UTC))


@app.task(name="bulk_look_up", retry=_AGAIN)
def bulk_look_up(*, job: str, account: str) -> int:
    """A bulk look-up of an account; taken up where a killed worker left it."""
    portions = work_through(UUID(job), account, clock=lambda: datetime.now(UTC), limits=settings.SOSACH_LIMITS)
    kept_for = {"seconds": int(KEPT_FOR.total_seconds())}
    app.configure_task("bulk_forget", schedule_in=kept_for).defer(job=job, account=account)
    return portions


@app.task(name="bulk_forget", retry=_AGAIN)
def bulk_forget(*, job: str, account: str) -> None:
    """What a bulk look-up found is kept for a day."""
    blank(UUID(job), account)


@app.periodic(cron="* * * * * */5")
@app.task(name="follow_up", queueing_lock="follow_up", lock="follow_up")
def follow_up_events(timestamp: int) -> int:
    """Look for new events somebody reacts to."""
    del timestamp
    return follow_up()


@app.periodic(cron="* * * * * */10")
@app.task(name="reap", queueing_lock="reap", priority=SOON, pass_context=True)
async def reap(context: JobContext, timestamp: int) -> int:
    """Put jobs of workers that died back into the queue: procrastinate leaves them `doing` for good."""
    del timestamp
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
    for job in stalled:
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # the next one of its kind waits in the queue already, and would wait for ever for the lock of the dead
            await manager.finish_job(job, Status.ABORTED, delete_job=False)
    return len(stalled)


@app.periodic(cron="17 2 * * *")
@app.task(name="forget", queueing_lock="forget", pass_context=True)
async def forget(context: JobContext, timestamp: int) -> None:
    """Remove jobs that ended well a week ago."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)


def _scheduled(entry: Scheduled) -> Callable[[int], int]:
    """The job of one line of the schedule."""

    def job(timestamp: int) -> int:
        return entry.verb(datetime.fromtimestamp(timestamp, UTC))

    return job


for _entry in SCHEDULE:
    app.periodic(cron=_entry.cron)(
        app.task(name=f"scheduled:{_entry.name}", queueing_lock=_entry.name, lock=_entry.name, priority=SOON)(
            _scheduled(_entry)
        )
    )

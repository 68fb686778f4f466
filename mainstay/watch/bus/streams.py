"""The streams on the message server: made by the centre, and found as they are afterwards."""

from hashlib import sha256

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

from mainstay.watch.bus import subjects

RESULTS_BYTES_MAX = 4 * 1024**3
"""About two days of ten thousand monitors at a minute. When it is full the probers keep what they see themselves."""

SEEN_FOR_S = 8
"""How long a sign of life stands."""

REPEATS_KNOWN_S = 600

STREAMS = (
    StreamConfig(
        name=subjects.RESULTS,
        subjects=["mainstay.results.>"],
        storage=StorageType.FILE,
        max_bytes=RESULTS_BYTES_MAX,
        discard=DiscardPolicy.NEW,
        duplicate_window=REPEATS_KNOWN_S,
    ),
    StreamConfig(
        name=subjects.WORK,
        subjects=["mainstay.work.>"],
        storage=StorageType.FILE,
        max_msgs_per_subject=1,
        allow_direct=True,
    ),
    StreamConfig(
        name=subjects.LIVES,
        subjects=["mainstay.life.>"],
        storage=StorageType.FILE,
        max_msgs_per_subject=1,
        max_age=SEEN_FOR_S,
        allow_direct=True,
    ),
    StreamConfig(
        name=subjects.JUDGES,
        subjects=["mainstay.judge.>"],
        storage=StorageType.FILE,
        max_msgs_per_subject=1,
        max_age=SEEN_FOR_S,
    ),
)


async def ready(js: JetStreamContext) -> None:
    """Make the streams that are missing. How many copies are kept is set at the server, not here."""
    for config in STREAMS:
        try:
            await js.stream_info(str(config.name))
        except NotFoundError:
            await js.add_stream(config)


async def mark_at(js: JetStreamContext, sequence: int) -> str:
    """The digest of the message of the results with that number; empty where there is none."""
    try:
        return sha256((await js.get_msg(subjects.RESULTS, sequence)).data or b"").hexdigest()
    except NotFoundError:
        return ""


async def present(js: JetStreamContext, stream: str, pattern: str) -> set[str]:
    """The subjects of a stream that have a message."""
    info: StreamInfo = await js.stream_info(stream, subjects_filter=pattern)
    return set(info.state.subjects or {})

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from homecharge.gateway import frames

SIZES = pytest.mark.parametrize("size", [0, 1, 125, 126, 300, 65_535])


@SIZES
def test_a_whole_text_of_a_client_is_read_as_it_was_written(size: int) -> None:
    message = bytes(range(1, 120)) * 600
    data = Frame(Opcode.TEXT, message[:size]).serialize(mask=True)

    assert frames.read_whole(data) == message[:size]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(Frame(Opcode.TEXT, b"[]").serialize(mask=True)[:-1], id="a part of a frame"),
        pytest.param(Frame(Opcode.TEXT, b"[]").serialize(mask=True) * 2, id="two frames"),
        pytest.param(Frame(Opcode.TEXT, b"[]").serialize(mask=False), id="no mask"),
        pytest.param(Frame(Opcode.TEXT, b"[]", fin=False).serialize(mask=True), id="the beginning of a message"),
        pytest.param(Frame(Opcode.CONT, b"[]").serialize(mask=True), id="the end of a message"),
        pytest.param(Frame(Opcode.BINARY, b"[]").serialize(mask=True), id="bytes"),
        pytest.param(Frame(Opcode.PING, b"").serialize(mask=True), id="a ping"),
        pytest.param(b"\xc1" + Frame(Opcode.TEXT, b"[]").serialize(mask=True)[1:], id="a reserved bit"),
        pytest.param(Frame(Opcode.TEXT, b"-" * 70_000).serialize(mask=True), id="a long message"),
    ],
)
def test_everything_else_is_left_to_the_library(data: bytes) -> None:
    assert frames.read_whole(data) is None


@SIZES
def test_what_we_write_is_what_the_library_writes(size: int) -> None:
    message = b"-" * size

    assert frames.write(message) == Frame(Opcode.TEXT, message).serialize(mask=False)


def test_a_long_message_of_ours_is_one_frame_too() -> None:
    reader = StreamReader()
    reader.feed_data(frames.write(b"-" * 70_000))
    parsing = Frame.parse(reader.read_exact, mask=False)

    with pytest.raises(StopIteration) as parsed:
        next(parsing)

    assert parsed.value.value == Frame(Opcode.TEXT, b"-" * 70_000)

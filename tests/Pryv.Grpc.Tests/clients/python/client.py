"""Calls the test server with grpcio: `python3 client.py TARGET [FOLDER_OF_PEMS]`, one line per check, exit code 1 if any failed.

Debian has no Python protobuf beside this grpcio, so the few messages are written and read here by hand.
"""

import pathlib
import sys
import traceback

import grpc


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def encode(fields):
    """Writes {number: int, str or bytes} as a protobuf message."""
    out = b""
    for number, value in fields.items():
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def decode(data):
    """Reads a protobuf message as {number: [values]}."""
    fields, at = {}, 0

    def number_at(at):
        value = shift = 0
        while True:
            byte, at = data[at], at + 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at

    while at < len(data):
        tag, at = number_at(at)
        value, at = number_at(at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def ping(text="", count=0, blob=b""):
    return {1: text, 2: count, 3: blob}


def text(message):
    return message.get(1, [b""])[0].decode()


def index(message):
    return message.get(2, [0])[0]


class Client:
    def __init__(self, target, credentials, **kwargs):
        options = [("grpc.max_receive_message_length", 8 << 20)]
        self.channel = (grpc.secure_channel(target, credentials, options, **kwargs) if credentials
                        else grpc.insecure_channel(target, options, **kwargs))
        shapes = "/pryv.grpc.test.Shapes/"
        self.unary = self.channel.unary_unary(shapes + "Unary", encode, decode)
        self.collect = self.channel.stream_unary(shapes + "Collect", encode, decode)
        self.spread = self.channel.unary_stream(shapes + "Spread", encode, decode)
        self.chat = self.channel.stream_stream(shapes + "Chat", encode, decode)


def refused(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return error
    raise AssertionError(f"the call went well instead of {code}")


def check_unary(client, packed):
    pong = client.unary(ping("hello", 7))
    assert (text(pong), index(pong)) == ("hello", 7)


def check_client_streaming(client, packed):
    pong = client.collect(iter([ping("x")] * 50))
    assert (text(pong), index(pong)) == ("x" * 50, 50)


def check_server_streaming(client, packed):
    assert [index(pong) for pong in client.spread(ping("y", 200))] == list(range(200))


def check_bidirectional_streaming(client, packed):
    assert [text(pong) for pong in client.chat(ping(f"m{i}") for i in range(20))] == [f"m{i}" for i in range(20)]


def check_deadline(client, packed):
    refused(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: client.unary(ping("wait"), timeout=0.3))


def check_cancellation(client, packed):
    call = client.spread(ping("wait", 1))
    next(call)
    call.cancel()
    refused(grpc.StatusCode.CANCELLED, lambda: next(call))


def check_error_with_trailers(client, packed):
    error = refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: client.unary(ping("refuse")))
    assert error.details() == "No, 100 % no: größer → ünmöglich", error.details()
    trailers = dict(error.trailing_metadata())
    assert trailers["reason"] == "it was asked for" and trailers["proof-bin"] == b"\x00\x01\xfe\xff", trailers


def check_error_after_messages(client, packed):
    call = client.spread(ping("refuse", 2))
    assert len([next(call), next(call)]) == 2
    refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: next(call))


def check_crash(client, packed):
    error = refused(grpc.StatusCode.UNKNOWN, lambda: client.unary(ping("crash")))
    assert "secret" not in error.details()


def check_headers(client, packed):
    sent = (("x-text", "there and back"), ("x-bytes-bin", b"\x00\xff\x07"))
    _, call = client.unary.with_call(ping("headers"), metadata=sent)
    assert set(sent) <= set(map(tuple, call.initial_metadata())), call.initial_metadata()
    assert set(sent) <= set(map(tuple, call.trailing_metadata())), call.trailing_metadata()


def check_large_message(client, packed):
    blob = b"\x01" * 3_500_000
    assert client.unary(ping(blob=blob))[3] == [blob]


def check_too_large_a_message(client, packed):
    refused(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: client.unary(ping(blob=bytes(5_000_000))))


def check_gzip(client, packed):
    assert text(packed.unary(ping("z" * 10_000))) == "z" * 10_000


def check_gzip_bomb(client, packed):
    refused(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: packed.unary(ping(blob=bytes(20_000_000))))


def check_unknown_method(client, packed):
    unknown = client.channel.unary_unary("/no.such/Method", encode, decode)
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: unknown({}))


def check_health(client, packed):
    check = client.channel.unary_unary("/grpc.health.v1.Health/Check", encode, decode)
    assert check({}) == {1: [1]}
    refused(grpc.StatusCode.NOT_FOUND, lambda: check({1: "nobody"}))
    watch = client.channel.unary_stream("/grpc.health.v1.Health/Watch", encode, decode)({})
    assert next(watch) == {1: [1]}
    watch.cancel()


def check_reflection(client, packed):
    for version in ("v1", "v1alpha"):
        info = client.channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", encode, decode)
        services, file = list(info(iter([{7: ""}, {4: "pryv.grpc.test.Shapes"}])))
        names = [decode(service)[1][0] for service in decode(services[6][0])[1]]
        assert b"pryv.grpc.test.Shapes" in names, names
        assert decode(decode(file[4][0])[1][0])[1] == [b"test.proto"]


def main():
    target, credentials = sys.argv[1], None
    if len(sys.argv) > 2:
        pems = pathlib.Path(sys.argv[2])
        credentials = grpc.ssl_channel_credentials(*((pems / name).read_bytes() for name in ("root.pem", "client.key", "client.pem")))
    client, packed = Client(target, credentials), Client(target, credentials, compression=grpc.Compression.Gzip)
    failed = False
    for name, check in [(name, check) for name, check in globals().items() if name.startswith("check_")]:
        try:
            check(client, packed)
            print("ok", name)
        except Exception:
            failed = True
            print("FAILED", name, traceback.format_exc())
    sys.exit(1 if failed else 0)


main()

"""Clients that write one after the other, each a counter of its own: one request id a write, repeated under that id until it is acknowledged."""

import threading
import time

import grpc


def _varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _text(field, value):
    data = value if isinstance(value, bytes) else value.encode()
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _first_text(message):
    """The first field of a message that begins with a text."""
    return message[2:2 + message[1]].decode() if message else ""


class Writers:
    """Writes through each of the machines in turn. The messages are put together by the numbers of var.proto, which never change."""

    PATIENCE = 60.0
    PAUSE = 0.01  # three daemons and these share two cores

    def __init__(self, machines, clients):
        self._stop = threading.Event()
        self.acknowledged = [0] * clients
        self.surprises = []
        self._times = []
        self._threads = [threading.Thread(target=self._write, args=(i, machines[i % len(machines)].socket), daemon=True) for i in range(clients)]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def key(client):
        return f"counter{client}"

    def stop(self):
        """No new write begins; each client finishes the one it is at. Returns the longest pause between two acknowledgements, in seconds."""
        self._stop.set()
        for thread in self._threads:
            thread.join(self.PATIENCE)
        times = sorted(self._times)
        return max((b - a for a, b in zip(times, times[1:])), default=0.0)

    def _write(self, client, socket):
        with grpc.insecure_channel(f"unix:{socket}", options=[("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 200), ("grpc.default_authority", "localhost")]) as channel:
            new_id = channel.unary_unary("/pryv.v1.Cluster/NewRequestId")
            set_vars = channel.unary_unary("/pryv.v1.Vars/SetVars")
            while not self._stop.is_set():
                count = self.acknowledged[client] + 1
                assignment = _text(1, self.key(client)) + _text(2, str(count))
                identity = self._persist(new_id, b"")
                if identity is None:
                    return
                request = _text(1, _first_text(identity)) + _text(2, "cluster") + _text(3, assignment)
                if self._persist(set_vars, request) is None:
                    return
                self.acknowledged[client] = count
                self._times.append(time.monotonic())
                self._stop.wait(self.PAUSE)

    def _persist(self, call, request):
        """Tries until it is answered; None when the answer is one that no retry heals."""
        give_up = time.monotonic() + self.PATIENCE
        while True:
            try:
                return call(request, timeout=2)
            except grpc.RpcError as failure:
                healing = failure.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)
                if not healing or time.monotonic() > give_up:
                    self.surprises.append(str(failure))
                    return None
                time.sleep(self.PAUSE)  # Until it is answered or the patience is over: what heals says nothing when it has.

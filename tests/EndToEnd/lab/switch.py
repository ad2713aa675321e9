#!/usr/bin/env python3
"""A userspace switch between network namespaces that holds frames back, pair by pair.

switch.py PREFIX N FROM-TO=MILLISECONDS...   hosts PREFIX-1...N at 10.78.0.1...N on tap0; a pair that is named in one
direction is delayed in both. Makes the namespaces, says "ready", runs until it is ended, and removes them.
"""
import ctypes, fcntl, heapq, os, select, signal, struct, subprocess, sys, time

CLONE_NEWNET, TUNSETIFF, IFF_TAP_NO_PI = 0x40000000, 0x400454CA, 0x1002
libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY)


def tap(namespace, address):
    subprocess.check_call(["ip", "netns", "add", namespace])
    ns = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(ns, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns " + namespace)
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"tap0", IFF_TAP_NO_PI))
    libc.setns(home, CLONE_NEWNET)
    os.close(ns)
    for command in (["addr", "add", address, "dev", "tap0"], ["link", "set", "tap0", "up"], ["link", "set", "lo", "up"]):
        subprocess.check_call(["ip", "-n", namespace] + command)
    return fd


def delays_of(arguments):
    delays = {}
    for argument in arguments:
        pair, _, milliseconds = argument.partition("=")
        a, b = (int(host) - 1 for host in pair.split("-"))
        delays[a, b] = delays[b, a] = float(milliseconds) / 1000
    return delays


def take_frames(number, taps, ports, delays, queue):
    """Every frame goes to the port that its address was seen at, or to all others."""
    try:
        while True:
            frame = os.read(taps[number], 65536)
            ports[frame[6:12]] = number
            known = ports.get(frame[:6])
            targets = [known] if known not in (None, number) else [t for t in range(len(taps)) if t != number]
            for to in targets:
                take_frames.count += 1
                heapq.heappush(queue, (time.monotonic() + delays.get((number, to), 0), take_frames.count, to, frame))
    except BlockingIOError:
        pass


def deliver(taps, queue):
    while queue and queue[0][0] <= time.monotonic():
        _, _, to, frame = heapq.heappop(queue)
        try:
            os.write(taps[to], frame)
        except BlockingIOError:
            pass  # A full queue loses frames, as that of any switch does.


def run(taps, delays):
    take_frames.count = 0
    queue, ports = [], {}
    while True:
        wait = max(0, queue[0][0] - time.monotonic()) if queue else 1
        for ready in select.select(taps, [], [], wait)[0]:
            take_frames(taps.index(ready), taps, ports, delays, queue)
        deliver(taps, queue)


def stop(*_):
    raise SystemExit(0)


names = [f"{sys.argv[1]}-{i}" for i in range(1, int(sys.argv[2]) + 1)]
signal.signal(signal.SIGTERM, stop)
try:
    joined = [tap(name, f"10.78.0.{i}/24") for i, name in enumerate(names, 1)]
    print("ready", flush=True)
    run(joined, delays_of(sys.argv[3:]))
finally:
    for name in names:
        subprocess.call(["ip", "netns", "del", name])

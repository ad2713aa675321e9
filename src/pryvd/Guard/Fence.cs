using System.Runtime.InteropServices;
using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>
/// Kills process groups at their deadlines: the end of a lease or of a stop's grace. A thread of its own that does nothing else, with a
/// timer on CLOCK_BOOTTIME: no slow disk or program holds it up, and one that is late after a suspend fires at once.
/// </summary>
internal sealed class Fence : IDisposable
{
    private const int TimerFlags = Sys.CloseOnExec | Sys.NonBlocking;
    private const int AbsoluteTime = 1;
    private const long RetryMs = 1_000;

    private readonly Lock _turn = new();
    private readonly Dictionary<RunKey, Entry> _entries = [];
    private readonly Action<RunKey, FenceCause> _killed;
    private readonly int _timer;
    private readonly Thread _thread;
    private bool _isClosed;

    /// <param name="killed">Told of each kill, on the fence's thread.</param>
    public Fence(Action<RunKey, FenceCause> killed)
    {
        _killed = killed;
        _timer = Sys.Timer(BootClock.Number, TimerFlags);
        if (_timer < 0)
        {
            throw new GuardException($"A timer could not be made: {Sys.LastError()}.");
        }

        _thread = new Thread(Run, maxStackSize: 128 << 10) { Name = "fence", IsBackground = true };
        _thread.Start();
    }

    /// <summary>From now on until <see cref="Remove"/>, which must come before the group's number can be used again.</summary>
    public void Add(RunKey run, int group, long? leaseEndBootMs)
    {
        lock (_turn)
        {
            _entries[run] = new Entry(group) { LeaseEnd = leaseEndBootMs };
            Arm();
        }
    }

    /// <summary>From now on the lease ends then.</summary>
    public void SetLease(RunKey run, long leaseEndBootMs)
    {
        lock (_turn)
        {
            if (_entries.TryGetValue(run, out var entry))
            {
                entry.LeaseEnd = leaseEndBootMs;
                Arm();
            }
        }
    }

    /// <summary>Kills it at this time, if not before.</summary>
    public void LimitGrace(RunKey run, long endBootMs)
    {
        lock (_turn)
        {
            if (_entries.TryGetValue(run, out var entry))
            {
                entry.GraceEnd = Math.Min(entry.GraceEnd ?? long.MaxValue, endBootMs);
                Arm();
            }
        }
    }

    /// <summary>Takes it out; says why it was killed here, if it was.</summary>
    public FenceCause Remove(RunKey run)
    {
        lock (_turn)
        {
            return _entries.Remove(run, out var entry) ? entry.Killed : FenceCause.None;
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _isClosed = true;
            SetTimer(0);
        }

        _thread.Join();
        _ = Sys.Close(_timer);
    }

    private void Run()
    {
        Sys.PollItem[] items = [new() { Descriptor = _timer, Wanted = Sys.Readable }];
        var count = new byte[sizeof(ulong)];
        while (true)
        {
            _ = Sys.Poll(items, 1, -1);
            _ = Sys.Read(_timer, count, count.Length);
            lock (_turn)
            {
                if (_isClosed)
                {
                    return;
                }

                KillDue(BootClock.NowMs());
                Arm();
            }
        }
    }

    private void KillDue(long now)
    {
        foreach (var (run, entry) in _entries)
        {
            if (entry.NextBootMs <= now)
            {
                Kill(run, entry, now);
            }
        }
    }

    private void Kill(RunKey run, Entry entry, long now)
    {
        // What cannot be killed yet (a process in a call to a hung disk) is tried again; for the group it has one cause, the first.
        _ = Sys.Kill(-entry.Group, PosixSignals.Kill);
        entry.RetryAt = now + RetryMs;
        if (entry.Killed == FenceCause.None)
        {
            entry.Killed = entry.LeaseEnd <= now ? FenceCause.Lease : FenceCause.Grace;
            _killed(run, entry.Killed);
        }
    }

    private void Arm()
    {
        var next = long.MaxValue;
        foreach (var entry in _entries.Values)
        {
            next = Math.Min(next, entry.NextBootMs);
        }

        SetTimer(next);
    }

    // Zero would disarm it.
    private void SetTimer(long atBootMs)
    {
        var at = Math.Max(1, atBootMs);
        var spec = new Sys.TimerSpec
        {
            At = atBootMs == long.MaxValue ? default : new Sys.TimeSpec { Seconds = at / 1000, Nanoseconds = at % 1000 * 1_000_000 },
        };
        if (Sys.SetTimer(_timer, AbsoluteTime, in spec, 0) != 0)
        {
            Environment.FailFast($"The fence's timer cannot be set ({Marshal.GetLastPInvokeErrorMessage()}): leases could not be kept.");
        }
    }

    private sealed class Entry(int group)
    {
        public int Group { get; } = group;

        public long? LeaseEnd { get; set; }

        public long? GraceEnd { get; set; }

        public long? RetryAt { get; set; }

        public FenceCause Killed { get; set; }

        public long NextBootMs => RetryAt ?? Math.Min(LeaseEnd ?? long.MaxValue, GraceEnd ?? long.MaxValue);
    }
}

/// <summary>Why a group was killed at its deadline.</summary>
internal enum FenceCause
{
    None,
    Lease,
    Grace,
}

using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Simulation.Disk;

namespace Simulation;

/// <summary>One machine with its disk; on it at most one process, a member of the cluster.</summary>
public sealed class Machine(int number, Cluster cluster)
{
    private static readonly Guid ClusterId = new("5f0c3c5e-3c0e-4a55-9a53-0c1f3a8d7e11");

    /// <summary>Members of a later epoch have numbers of their own.</summary>
    private const int FirstRecovered = 8;

    private readonly Queue<Action> _held = new();
    private readonly Queue<Action> _hung = new();
    private int _disks;
    private int _life;
    private bool _isPaused;

    public int Number => number;

    public string Name => $"n{number}";

    /// <summary>Whose log is on the disk; none on a spare machine.</summary>
    public MemberId Member { get; private set; }

    /// <summary>Who will be on the disk once it is formatted.</summary>
    public MemberId NextMember => new((ulong)((number * 16) + _disks));

    public SimDisk Disk { get; private set; } = new(0);

    public StateStore Store { get; private set; } = new(new KeyValueState());

    public SnapshotFolder Snapshots { get; private set; } = new();

    public DurableRecord Durable { get; private set; } = new();

    public SimProcess? Process { get; private set; }

    public bool IsUp => Process is not null && !_isPaused;

    /// <summary>How long a flush takes at most.</summary>
    public long FlushDelay { get; set; } = SimOptions.Tick / 4;

    /// <summary>Whether flushes neither fail nor return, until <see cref="MendDisk"/>.</summary>
    public bool DiskHangs { get; private set; }

    /// <summary>How long this machine thinks that a tick is.</summary>
    public long TickLength { get; set; } = SimOptions.Tick;

    /// <summary>An empty disk with the log of a member never seen before.</summary>
    public void Format(ReadOnlyMemory<byte> configuration)
    {
        Kill("its disk is empty");
        Member = NextMember;
        _disks++;
        Disk = new SimDisk((int)cluster.Random.NextUnsigned());
        Store = new StateStore(KeyValueState.Initial(configuration));
        Snapshots = new SnapshotFolder();
        var start = new LogBase(LogPosition.Zero, configuration);
        using var log = DurableLog.Create(Disk, new LogIdentity(ClusterId, Member, Epoch.First), start, default, cluster.Options.Log);
        Durable = DurableRecord.Of(log);
        cluster.Network.Place(Member, number);
    }

    /// <summary>Forced recovery: the log and state of a survivor go on here, in the next epoch, as a new member and alone.</summary>
    public void Recover(Machine survivor)
    {
        (_disks, Disk, Store, Snapshots) = (FirstRecovered, survivor.Disk, survivor.Store, survivor.Snapshots);
        Member = NextMember;
        _disks++;
        using var log = DurableLog.Open(Disk, cluster.Options.Log);
        FinishInstall(log);
        var alone = new Configuration([new Member(Member, Name, $"{Name}:7411", MemberRole.Voter)], []);
        log.Rebase(
            log.Identity with { Member = Member, Epoch = log.Identity.Epoch.Next() },
            new HardState(log.HardState.Term.Next(), MemberId.None, log.HardState.Commit),
            Pryv.Consensus.Wire.ConfigurationCodec.Encode(alone));
        cluster.Network.Place(Member, number);
    }

    /// <summary>Starts the member whose log is on the disk, if there is one; a disk that fails puts it off.</summary>
    public void Start()
    {
        if (Process is not null || Member.IsNone)
        {
            return;
        }

        try
        {
            Open();
        }
        catch (DiskException failure)
        {
            cluster.Say(this, $"cannot start: {failure.Message}");
            cluster.StartLater(this);
        }
    }

    /// <summary>The process dies; what it has written stays, flushed or not.</summary>
    public void Kill(string why)
    {
        if (Process is null)
        {
            return;
        }

        cluster.Say(this, $"dies: {why}");
        _life++;
        _held.Clear();
        _hung.Clear();
        _isPaused = false;
        Process.Dispose();
        Process = null;
    }

    public void CutPower()
    {
        Kill("power cut");
        Disk.Crash();
        Store.PowerCut(cluster.Random);
        Snapshots.PowerCut(cluster.Random);
    }

    /// <summary>
    /// A bit turns over at rest, while nothing runs here. The log is read as what it was, or reported as damaged, or it lacks at most the
    /// last flush, of which nothing that came after it can tell. False when it is not whole: then the disk is as good as lost.
    /// </summary>
    public bool IsWholeAfterABitFlipped()
    {
        Kill("a bit of its disk is about to turn over");
        Disk.Faults.FailingFlush = 0;
        Disk.FlipSomeBit(cluster.Random.Next);
        try
        {
            using var log = DurableLog.Open(Disk, cluster.Options.Log);
            var (all, allButTheLastFlush) = Durable.HeldBy(DurableRecord.Of(log));
            SimulationException.Require(allButTheLastFlush, $"{Name}'s log opens after a bit flipped, and lacks more than its last flush");
            cluster.Say(this, all ? "has a flipped bit that harms nothing" : "has a flipped bit in its last flush");
            return all;
        }
        catch (LogDamageException damage)
        {
            cluster.Say(this, $"has a flipped bit: {damage.Message}");
            return false;
        }
    }

    /// <summary>SIGSTOP: time goes on, the process does not; what comes meanwhile waits for it.</summary>
    public void Pause()
    {
        _isPaused = Process is not null;
        cluster.Say(this, "is paused");
    }

    public void Resume()
    {
        _isPaused = false;
        cluster.Say(this, "goes on");
        while (!_isPaused && _held.TryDequeue(out var action))
        {
            Now(action);
        }
    }

    public void HangDisk()
    {
        DiskHangs = true;
        cluster.Say(this, "has a disk that hangs");
    }

    /// <summary>The disk goes on with what it was asked.</summary>
    public void MendDisk()
    {
        DiskHangs = false;
        while (!DiskHangs && _hung.TryDequeue(out var action))
        {
            Now(action);
        }
    }

    /// <summary>Does something in the process once a flush is done.</summary>
    public void AfterFlush(Action action) => Later(1 + cluster.Random.Next((int)FlushDelay), () =>
    {
        if (DiskHangs)
        {
            _hung.Enqueue(action);
        }
        else
        {
            action();
        }
    });

    /// <summary>Does something in the process later, unless it has died by then.</summary>
    public void Later(long delay, Action action)
    {
        var life = _life;
        cluster.Heart.After(delay, () =>
        {
            if (life == _life)
            {
                Now(action);
            }
        });
    }

    /// <summary>Does something in the process, or when it goes on; a disk that fails ends it.</summary>
    public void Now(Action action)
    {
        if (_isPaused)
        {
            _held.Enqueue(action);
            return;
        }

        try
        {
            action();
        }
        catch (DiskException failure)
        {
            Kill(failure.Message);
            cluster.StartLater(this);
        }
    }

    /// <summary>A client's question to whoever runs here; refused when nobody does.</summary>
    public void Ask(Action<SimProcess, Action<bool, object?>> question, Action<bool, object?> answer)
    {
        if (Process is not { } process)
        {
            answer(false, null);
            return;
        }

        Now(() => question(process, answer));
    }

    private void Open()
    {
        var log = DurableLog.Open(Disk, cluster.Options.Log);
        ClusterChecks.Opened(this, log);
        FinishInstall(log);
        Durable = DurableRecord.Of(log);
        Process = new SimProcess(this, cluster, log);
        cluster.Say(this, $"starts as {Member}: {Describe.Of(log.HardState)}, log {log.First}..{log.Last}, applied {Store.Current.Applied.Index}");
        cluster.Checks.Started(this);
        Later(TickLength, Tick);
    }

    private void Tick()
    {
        Later(TickLength, Tick);
        Process!.Tick();
    }

    /// <summary>
    /// A crash between the two halves of an install leaves the new state beside the old log. The log goes with the state
    /// only if it holds the very entry that was applied last: its index alone says nothing, a tail that was never
    /// committed may reach past it.
    /// </summary>
    private void FinishInstall(DurableLog log)
    {
        var applied = Store.Current.Applied;
        if (applied.Index > log.Last || (applied.Index >= log.Base.Position.Index && log.TermAt(applied.Index) != applied.Term))
        {
            cluster.Say(this, $"finishes the install of {Describe.Of(applied)}");
            log.Reset(new LogBase(applied, Store.Current.Configuration), log.HardState with { Commit = applied.Index });
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Observers;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Running;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Observers;
using Pryvd.Peers;
using Pryvd.Peers.Links;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>This node as a running member of its cluster: log, state, replica and the ways to the peers. Parts are closed in the reverse order of their making.</summary>
public sealed class MemberSession : ClusterSession
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly DurableLog _log;
    private readonly StateAge _age = new();
    private long _leaderHeardAt;
    private (MemberId Leader, Term Term) _led;
    private bool _voted;
    private long _ledSince;
    private volatile TaskCompletionSource _leaderMoved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MemberSession(SessionParts parts, StateStore store, DurableLog log)
        : base(parts, store)
    {
        _log = log;
        LogIdentity = log.Identity;
        Reports = new ReportDesk(parts.Clock);
        Observers = new LeaderStandings(this);
        Transport = new PeerTransport(log.Identity, Channels, Notices, parts.Clock, parts.Logger);
        var settings = store.Read().State.Settings;
        Runner = new ReplicaRunner(log, StateMachine, Transport, OptionsOf(settings.HeartbeatMs, settings.ElectionMs), Tick, NewSeed());

        // Until the leader's duties have given out keys nobody is promoted.
        Runner.SetPolicy(new AutopilotPolicy { Prepared = [] });
        Runner.Changed += OnChanged;
        Transport.Introduce(PeersIfUnknown());
    }

    public LogIdentity LogIdentity { get; }

    public ReplicaRunner Runner { get; }

    public PeerTransport Transport { get; }

    public override Epoch Epoch => LogIdentity.Epoch;

    public override Configuration Configuration => Runner?.Status.Configuration ?? Configuration.Empty;

    public override PeerAt? Leader =>
        Runner.Status is var status && !status.Leader.IsNone && status.Leader != status.Self && status.Configuration.Find(status.Leader) is { } leader
            ? new PeerAt(leader.Node, leader.Address)
            : null;

    public override Term Term => Runner.Status.Term;

    public override LogIndex Commit => Runner.Status.Commit;

    public override bool Leads => !Runner.Ended.IsCompleted && Runner.Status is { Role: RaftRole.Leader, HasCommittedInTerm: true };

    /// <summary>This member was elected and may not have begun to lead yet; when that ends or begins, <see cref="LeaderMoved"/> does.</summary>
    internal bool IsElected => Runner.Status.Role == RaftRole.Leader;

    /// <summary>This member voted and does not any more: it must not keep what only voters hold.</summary>
    public event Action? CeasedToVote;

    /// <summary>How long the leader of now has led; before it has led for a moment it knows nothing of the others.</summary>
    public TimeSpan LedFor => Stopwatch.GetElapsedTime(Volatile.Read(ref _ledSince));

    public override Task LeaderMoved => _leaderMoved.Task;

    public override TimeSpan? LeaderSilence => Leads
        ? TimeSpan.Zero
        : Volatile.Read(ref _leaderHeardAt) is var at && at == 0 ? null : Stopwatch.GetElapsedTime(at);

    public override TimeSpan? Age
    {
        get
        {
            var now = Stopwatch.GetTimestamp();
            if (Leads)
            {
                _age.Heard(Commit, Store.Applied, now);
            }

            return _age.Of(Store.Applied, now);
        }
    }

    public override Task<Exception?> Ended => Runner.Ended;

    public override long LastStepTimestamp => Runner.LastStepTimestamp;

    public override TimeSpan DiskSilence => Runner.DiskSilence;

    public override int? Depth => 0;

    public override bool MayServe => Store.Applied > LogIndex.Zero;

    /// <summary>The observers that report here.</summary>
    internal ReportDesk Reports { get; }

    /// <summary>All observers, while this member leads.</summary>
    internal LeaderStandings Observers { get; }

    /// <summary>Opens log and state, makes sure that they belong together, and starts.</summary>
    /// <exception cref="SessionException">They do not, or a peer says that this log's time is over.</exception>
    public static async Task<MemberSession> StartAsync(SessionParts parts, CancellationToken stop)
    {
        var log = DurableLog.Open(new LibcDisk(parts.Folder.LogPath), LogOptions.Default);
        StateStore? store = null;
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);

        // Peers answer while the state is read.
        var checking = EpochCheck.RunAsync(log, parts, giveUp.Token);
        try
        {
            store = await parts.OpenStateAsync().ConfigureAwait(false);
            Reconcile(log, store, parts);
            if (store.Configuration.IsEmpty && !log.Base.Configuration.IsEmpty)
            {
                // A snapshot taken before the first configuration entry must name the first member, too.
                store.BeginWith(log.Base.Configuration);
            }

            await checking.ConfigureAwait(false);
            return new MemberSession(parts, store, log);
        }
        catch
        {
            await giveUp.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(checking).ConfigureAwait(false);
            store?.Dispose();
            log.Dispose();
            throw;
        }
    }

    /// <summary>A message of a peer, by the node that its certificate names.</summary>
    public void Receive(Message message, string fromNode)
    {
        if (CommitToldBy(message) is { } commit && message.Term >= Runner.Status.Term)
        {
            var now = Stopwatch.GetTimestamp();
            Volatile.Write(ref _leaderHeardAt, now);
            _age.Heard(commit, Store.Applied, now);
        }

        Runner.Receive(message);
    }

    /// <summary>Only leaders send these.</summary>
    private static LogIndex? CommitToldBy(Message message) => message switch
    {
        Message.Append m => m.Commit,
        Message.Heartbeat m => m.Commit,
        Message.SnapshotChunk m => m.Snapshot.Position.Index,
        _ => null,
    };

    public override Task<LogIndex?> ReadIndexAsync() => Runner.ReadIndexAsync();

    public override async Task<ProposalResult> ProposeAsync(CommandEnvelope envelope)
    {
        envelope.Version = CommandVersions.Known;
        envelope.TimeMs = Parts.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var size = envelope.CalculateSize();
        return size > Limits.CommandBytes
            ? new ProposalResult(ProposalStatus.Invalid, LogIndex.Zero, null, $"The command has {size} bytes, at most {Limits.CommandBytes} are taken; ask for less at a time.")
            : await Runner.ProposeAsync(envelope.ToByteArray()).ConfigureAwait(false);
    }

    public override IReadOnlyList<Entry>? ReadApplied(LogIndex after, int maxBytes) =>
        StateMachine.Tail.TryRead(after, maxBytes) ?? Runner.ReadApplied(after, maxBytes);

    public override void Stop() => Runner.Dispose();

    /// <summary>What observers ask for that did not keep up is in the log; an observer has no log and keeps its tail.</summary>
    internal override long Trim()
    {
        Runner.Trim();
        return StateMachine.Tail.Trim() + base.Trim();
    }

    private protected override async ValueTask CloseAsync()
    {
        Runner.Dispose();
        await Transport.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    /// <summary>The options for a cluster's timing settings.</summary>
    public static ReplicaOptions OptionsOf(int heartbeatMs, int electionMs) => new()
    {
        Raft = new RaftOptions
        {
            HeartbeatTicks = Math.Max(1, heartbeatMs / (int)Tick.TotalMilliseconds),
            ElectionTicks = Math.Max(2, electionMs / (int)Tick.TotalMilliseconds),
            StartTicks = Math.Max(1, heartbeatMs / (int)Tick.TotalMilliseconds),
            GatherEntries = 128,
        },
    };

    /// <summary>
    /// The log may lag behind the state, or hold something else where the state ends, only if the installing of a snapshot
    /// was interrupted; that is finished here. The state may lag behind the log's start never.
    /// </summary>
    private static void Reconcile(DurableLog log, StateStore store, SessionParts parts)
    {
        var isInstalled = InstalledIndex(parts.Folder) == store.Applied && store.Applied > log.Base.Position.Index;
        if (isInstalled && (store.Applied > log.Last || log.TermAt(store.Applied) != store.Position.Term))
        {
            log.Reset(new LogBase(store.Position, store.Configuration), log.HardState with { Commit = store.Applied });
        }

        if (store.Applied > log.Last)
        {
            throw new SessionException(
                $"the log in {parts.Folder.LogPath} ends at {log.Last}, but the state has applied {store.Applied}: acknowledged entries were lost. "
                + $"Do not go on with it: {parts.HowToRejoin}");
        }

        if (store.Applied < log.Base.Position.Index)
        {
            throw new SessionException(
                $"the state in {parts.Folder.Path} ends at {store.Applied}, but the log begins after {log.Base.Position.Index}: the state was lost or replaced by an old one. "
                + $"Get it back from the peers: {parts.HowToRejoin}");
        }
    }

    /// <summary>The index of the snapshot that the database began as; its file is named by it.</summary>
    private static LogIndex InstalledIndex(DataFolder folder)
    {
        var name = File.ReadAllText(Path.Combine(folder.Path, "CURRENT")).Trim();
        return name.StartsWith("state-", StringComparison.Ordinal) && name.EndsWith(".db", StringComparison.Ordinal)
            && long.TryParse(name["state-".Length..^".db".Length], CultureInfo.InvariantCulture, out var index)
                ? new LogIndex(index)
                : LogIndex.Zero;
    }

    private static ulong NewSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>A member that has no configuration yet answers those it was told of when it joined.</summary>
    private IEnumerable<Member> PeersIfUnknown() =>
        Runner.Status.Configuration.IsEmpty ? Parts.Peers.Read() : [];

    /// <summary>A disk that is slow or full here must not hold up the replica.</summary>
    private void RememberPeers(Configuration configuration)
    {
        try
        {
            Parts.Peers.Remember(configuration);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Parts.Logger.LogWarning("The peers' addresses could not be kept: {Reason}", failure.Message);
        }
    }

    private void OnChanged(ReplicaStatus status)
    {
        if (Leads)
        {
            Pulls.Shrink(TreeShape.Capacity(leads: true, status.Configuration.Members.Count));
        }

        if (_led != (status.Leader, status.Term))
        {
            _led = (status.Leader, status.Term);
            Volatile.Write(ref _ledSince, Stopwatch.GetTimestamp());
            var moved = _leaderMoved;
            _leaderMoved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            moved.TrySetResult();
        }

        if (!status.Configuration.IsEmpty && status.ConfigurationIndex <= status.Commit)
        {
            var votes = status.Configuration.IsVoter(status.Self);
            if (_voted && !votes)
            {
                _ = Task.Run(() => CeasedToVote?.Invoke());
            }

            _voted = votes;
            _ = Task.Run(() => RememberPeers(status.Configuration));
        }

        Parts.Logger.LogInformation(
            "Raft: {Role} in term {Term}, leader {Leader}, {Voters} voters of {Members} members",
            status.Role, status.Term.Value, NameOf(status.Leader), status.Configuration.Voters.Count(), status.Configuration.Members.Count);
    }
}

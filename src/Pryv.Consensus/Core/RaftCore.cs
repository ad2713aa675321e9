using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;

namespace Pryv.Consensus.Core;

/// <summary>
/// One member of a Raft cluster without clock, disk or network: <see cref="Tick"/>, <see cref="Step"/> and
/// <see cref="Propose"/> change it, <see cref="TakeReady"/> says what is to be done. Not thread-safe.
/// Sources: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (Raft), and Ongaro's thesis.
/// </summary>
public sealed partial class RaftCore
{
    private RaftOptions _options;
    private readonly SeededRandom _random;
    private readonly RaftLog _log;
    private readonly ConfigurationHistory _configurations;
    private readonly Dictionary<MemberId, Progress> _progress = [];
    private readonly Dictionary<MemberId, bool> _votes = [];
    private readonly PendingReads _reads;

    private MemberId _votedFor;
    private HardState _persistedState;
    private int _electionElapsed;
    private int _electionTimeout;

    /// <summary>Since its start it has heard of no leader and has not campaigned.</summary>
    private bool _isNew = true;
    private int _heartbeatElapsed;
    private int _quorumElapsed;
    private long _round;
    private long _uncommittedBytes;
    private MemberId _transferTarget;
    private int _transferElapsed;

    /// <summary>Starts a member from what its log holds, as a follower.</summary>
    /// <param name="self">The member that the log belongs to.</param>
    /// <param name="options">Timing and bounds.</param>
    /// <param name="stored">The entries on disk.</param>
    /// <param name="start">What stands before the first of them.</param>
    /// <param name="configurationEntries">The configuration entries among them, ascending.</param>
    /// <param name="hardState">As last made durable.</param>
    /// <param name="applied">How far the state machine is; not before <paramref name="start"/>.</param>
    /// <param name="seed">For election timeouts and the ids of reads; different on each member and at each start.</param>
    /// <exception cref="InvariantException">The log lacks what is committed or applied, or the state machine what the log no longer holds.</exception>
    public RaftCore(
        MemberId self,
        RaftOptions options,
        IEntryReader stored,
        LogBase start,
        IReadOnlyList<Entry> configurationEntries,
        HardState hardState,
        LogIndex applied,
        ulong seed)
    {
        Self = self;
        _options = options;
        _random = new SeededRandom(seed);
        InvariantException.Require(
            applied >= start.Position.Index,
            $"the state machine is at {applied}, the log holds only what comes after {start.Position.Index}: wipe the member and let it join again");
        _log = new RaftLog(stored, start.Position, LogIndex.Max(hardState.Commit, applied), applied, _options.CacheBytes);
        _nextReadId = (long)(_random.NextUnsigned() >> 2);
        _configurations = new ConfigurationHistory(ConfigurationCodec.Decode(start.Configuration), start.Position.Index);
        foreach (var entry in configurationEntries)
        {
            _configurations.Add(entry.Index, ConfigurationCodec.Decode(entry.Data));
        }

        _reads = new PendingReads(_options.MaxPendingReads);
        Term = hardState.Term;
        _votedFor = hardState.VotedFor;
        _persistedState = hardState;
        ResetElectionTimer();
    }

    public MemberId Self { get; }

    public Term Term { get; private set; }

    public RaftRole Role { get; private set; } = RaftRole.Follower;

    /// <summary>The leader of this term as far as known here.</summary>
    public MemberId Leader { get; private set; } = MemberId.None;

    public LogIndex Commit => _log.Commit;

    public LogIndex LastIndex => _log.Last;

    public LogPosition LastPosition => _log.LastPosition;

    public LogIndex Durable => _log.Durable;

    /// <summary>Everything up to here has been handed out to be applied.</summary>
    public LogIndex Applied => _log.Applied;

    /// <summary>The position before the first entry that the log still holds.</summary>
    public LogPosition Start => _log.Start;

    public Configuration Configuration => _configurations.Current;

    public LogIndex ConfigurationIndex => _configurations.CurrentIndex;

    public bool IsTransferring => !_transferTarget.IsNone;

    /// <summary>Whether a leader has committed an entry of its own term: before that it does not know what is committed (Raft, section 8).</summary>
    public bool HasCommittedInTerm => Role == RaftRole.Leader && _log.TermAt(_log.Commit) == Term;

    /// <summary>While a received snapshot is being put in place nothing may be appended.</summary>
    public bool IsInstalling { get; set; }

    /// <summary>The own disk has held a write back for so long that this member must not try to lead.</summary>
    public bool IsStalled { get; set; }

    /// <summary>
    /// Whether this member may campaign: it votes, and its log is whole. One that is removed by an entry which may not
    /// be committed still does, or nobody could when the others lack that entry and need this vote (thesis, section 4.2.2).
    /// </summary>
    private bool IsPromotable =>
        !IsInstalling
        && !IsStalled
        && (Configuration.IsVoter(Self) || (ConfigurationIndex > Commit && ConfigurationAt(Commit).IsVoter(Self)));

    public Configuration ConfigurationAt(LogIndex index) => _configurations.At(index);

    public Term? TermAt(LogIndex index) => _log.TermAt(index);

    /// <summary>What the leader knows of the members, itself included; empty on others.</summary>
    public IReadOnlyList<MemberProgress> ReadProgress() =>
        [.. _progress.Select(p => new MemberProgress(p.Key, p.Value.Match, p.Value.State, p.Value.SilentTicks, p.Value.EverHeard))];

    /// <summary>A follower campaigns after this many to twice as many ticks without a leader.</summary>
    public int ElectionTicks => _options.ElectionTicks;

    /// <summary>How many ticks may pass before the clock alone makes this member campaign or send heartbeats; at least 1.</summary>
    public int TicksUntilDue =>
        Math.Max(1, Role == RaftRole.Leader ? _options.HeartbeatTicks - _heartbeatElapsed : _electionTimeout - _electionElapsed);

    /// <summary>
    /// How many ticks may be made up for at once by who could not run for a while: alone they end no one's patience with a leader, whose
    /// messages may be there already and are looked at in between.
    /// </summary>
    public int MostTicksAtOnce => Math.Max(1, _options.ElectionTicks / 2);

    /// <summary>Changes how often a leader is heard of and how long it may be silent; members may differ for a while, which costs an election at worst.</summary>
    public void SetTiming(int heartbeatTicks, int electionTicks)
    {
        InvariantException.Require(
            heartbeatTicks > 0 && electionTicks > heartbeatTicks, $"a heartbeat of {heartbeatTicks} ticks does not fit an election timeout of {electionTicks}");
        _options = _options with { HeartbeatTicks = heartbeatTicks, ElectionTicks = electionTicks };
        ResetElectionTimer();
    }

    /// <summary>Lets go of entries that are kept in memory for speed alone.</summary>
    public void LetGo() => _log.LetGo();

    /// <summary>Takes a message in.</summary>
    public void Step(Message message)
    {
        if (message.Term > Term && !AcceptHigherTerm(message))
        {
            return;
        }

        if (message.Term < Term)
        {
            OnLowerTerm(message);
            return;
        }

        Dispatch(message);
    }

    /// <summary>The entries up to <paramref name="position"/> and the hard state handed out with them are on disk.</summary>
    public void Persisted(LogPosition position) => _log.Persisted(position);

    /// <summary>The log up to <paramref name="index"/> is about to leave the disk; the state machine holds it durably.</summary>
    public void Compact(LogIndex index)
    {
        var term = _log.TermAt(index) ?? throw new InvariantException($"cannot cut the log at {index}, it is not there");
        _log.Compacted(new LogPosition(index, term));
        _configurations.CompactTo(index);
    }

    /// <summary>A snapshot from the leader is in place, in the state machine and as the base of the log on disk.</summary>
    public void Installed(LogPosition position, Configuration configuration)
    {
        IsInstalling = false;
        InvariantException.Require(position.Index >= _log.Commit, $"snapshot {position.Index} is older than what is committed, {_log.Commit}");
        _log.Reset(position);
        _configurations.Reset(position.Index, configuration);
        if (!Leader.IsNone)
        {
            SendAfterPersist(new Message.AppendReply(Self, Leader, Term, true, position.Index, LogPosition.Zero));
        }
    }

    private void Dispatch(Message message)
    {
        switch (message)
        {
            case Message.PreVote m: OnPreVote(m); break;
            case Message.PreVoteReply m: OnPreVoteReply(m); break;
            case Message.Vote m: OnVote(m); break;
            case Message.VoteReply m: OnVoteReply(m); break;
            case Message.Append m: OnAppend(m); break;
            case Message.AppendReply m: OnAppendReply(m); break;
            case Message.Heartbeat m: OnHeartbeat(m); break;
            case Message.HeartbeatReply m: OnHeartbeatReply(m); break;
            case Message.ReadIndex m: OnReadIndex(m); break;
            case Message.ReadIndexReply m: OnReadIndexReply(m); break;
            case Message.TimeoutNow m: OnTimeoutNow(m); break;
            case Message.SnapshotChunk m: OnSnapshotChunk(m); break;
            case Message.SnapshotReply m: OnSnapshotReply(m); break;
            default: throw new InvariantException($"no handler for {message.GetType().Name}");
        }
    }

    /// <summary>Deals with a message of a later term; false when it is to be dropped.</summary>
    private bool AcceptHigherTerm(Message message)
    {
        switch (message)
        {
            case Message.PreVote:
                // A pre-vote spends no term, on either side (thesis, section 9.6).
                OnPreVote((Message.PreVote)message);
                return false;
            case Message.PreVoteReply { Granted: true }:
                // It carries the term that we asked for, which is above ours.
                OnPreVoteReply((Message.PreVoteReply)message);
                return false;
            case Message.Vote { Transfer: false } when HeardOfLeaderRecently:
                // Whoever was cut off or removed must not disturb a working leader (thesis, section 4.2.3).
                return false;
            default:
                BecomeFollower(message.Term, IsFromLeader(message) ? message.From : MemberId.None);
                return true;
        }
    }

    private bool HeardOfLeaderRecently =>
        !Leader.IsNone && (Role == RaftRole.Leader ? _quorumElapsed : _electionElapsed) < _options.ElectionTicks;

    private static bool IsFromLeader(Message message) =>
        message is Message.Append or Message.Heartbeat or Message.SnapshotChunk or Message.TimeoutNow;

    private void OnLowerTerm(Message message)
    {
        switch (message)
        {
            case Message.PreVote m:
                SendAfterPersist(new Message.PreVoteReply(Self, m.From, Term, false));
                break;
            case Message.Append or Message.Heartbeat or Message.SnapshotChunk:
                // A leader of the past learns of the new term, and one that a pre-voter with a higher term cannot
                // reach otherwise steps down and lets an election go on.
                SendAfterPersist(new Message.AppendReply(Self, message.From, Term, false, LogIndex.Zero, LogPosition.Zero));
                break;
            default:
                break;
        }
    }
}

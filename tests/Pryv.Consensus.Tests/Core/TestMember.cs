using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;

namespace Pryv.Consensus.Tests.Core;

/// <summary>One core with a disk that is as fast as it is asked to be, and a mailbox for what it says.</summary>
internal sealed class TestMember
{
    public static readonly RaftOptions Options = new() { HeartbeatTicks = 2, ElectionTicks = 10 };

    private readonly MemoryLog _log;
    private readonly List<Message> _sent = [];

    /// <param name="self">The member; 1 when not said otherwise.</param>
    /// <param name="voters">The voters by number.</param>
    /// <param name="terms">The terms of the entries in its log, from index 1 on.</param>
    /// <param name="state">What it has on disk besides.</param>
    /// <param name="learners">The learners by number.</param>
    public TestMember(
        int self = 1, int[]? voters = null, long[]? terms = null, HardState state = default, int[]? learners = null, RaftOptions? options = null, ulong seed = 1)
    {
        _log = new MemoryLog();
        _log.Append(Entries(1, terms ?? []));
        var start = new LogBase(LogPosition.Zero, ConfigurationCodec.Encode(Configured(voters ?? [1, 2, 3], learners ?? [])));
        Core = new RaftCore(Id(self), options ?? Options, _log, start, [], state, LogIndex.Zero, seed);
    }

    public RaftCore Core { get; }

    /// <summary>Whether the disk takes in what it is given; nothing is durable otherwise.</summary>
    public bool DiskWorks { get; set; } = true;

    public List<Entry> Applied { get; } = [];

    public List<HardState> States { get; } = [];

    public List<ReadOutcome> Reads { get; } = [];

    public List<Message.SnapshotChunk> Chunks { get; } = [];

    public static MemberId Id(int number) => new((ulong)number);

    public static Term T(long term) => new(term);

    public static LogPosition At(long index, long term) => new(new LogIndex(index), new Term(term));

    public static Configuration Configured(int[] voters, int[] learners) =>
        new(voters.Select(v => Member(v, MemberRole.Voter)).Concat(learners.Select(l => Member(l, MemberRole.Learner))), []);

    public static Member Member(int number, MemberRole role, WantedRole wanted = WantedRole.Auto) =>
        new(Id(number), $"n{number}", $"n{number}:7411", role, wanted);

    public static Entry[] Entries(long first, params long[] terms) =>
        [.. terms.Select((term, i) => new Entry(new LogIndex(first + i), new Term(term), EntryKind.Command, new byte[] { (byte)term }))];

    /// <summary>Takes a message in and gives what the member says to it.</summary>
    public IReadOnlyList<Message> Hears(Message message)
    {
        Core.Step(message);
        return Says();
    }

    public IReadOnlyList<Message> Ticks(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            Core.Tick();
        }

        return Says();
    }

    /// <summary>Does what is to be done and gives the messages that go out by it.</summary>
    public IReadOnlyList<Message> Says()
    {
        _sent.Clear();
        while (Core.TakeReady() is { } ready)
        {
            CarryOut(ready);
        }

        return [.. _sent];
    }

    /// <summary>Wins an election in the next term: pre-votes, then votes of all the others.</summary>
    public IReadOnlyList<Message> Leads(params int[] followers)
    {
        while (Core.Role == RaftRole.Follower)
        {
            Ticks(1);
        }

        foreach (var follower in followers)
        {
            Hears(new Message.PreVoteReply(Id(follower), Core.Self, Core.Term.Next(), true));
        }

        var said = new List<Message>();
        foreach (var follower in followers)
        {
            said.AddRange(Hears(new Message.VoteReply(Id(follower), Core.Self, Core.Term, true)));
        }

        Assert.Equal(RaftRole.Leader, Core.Role);
        return said;
    }

    /// <summary>A follower has acknowledged everything up to <paramref name="index"/>.</summary>
    public IReadOnlyList<Message> IsAcknowledged(int follower, long index) =>
        Hears(new Message.AppendReply(Id(follower), Core.Self, Core.Term, true, new LogIndex(index), LogPosition.Zero));

    public Message.Append Append(int from, long term, LogPosition previous, long commit, params Entry[] entries) =>
        new(Id(from), Core.Self, T(term), previous, new LogIndex(commit), entries);

    private void CarryOut(Ready ready)
    {
        _sent.AddRange(ready.Messages);
        Applied.AddRange(ready.Committed);
        Reads.AddRange(ready.Reads);
        Chunks.AddRange(ready.Chunks);
        if (ready.MustPersist && !DiskWorks)
        {
            return;
        }

        if (ready.HardState is { } state)
        {
            States.Add(state);
        }

        if (ready.Entries.Count > 0)
        {
            _log.Append(ready.Entries);
            Core.Persisted(new LogPosition(ready.Entries[^1].Index, ready.Entries[^1].Term));
        }

        foreach (var message in ready.MessagesAfterPersist)
        {
            if (message.To == Core.Self)
            {
                Core.Step(message);
            }
            else
            {
                _sent.Add(message);
            }
        }
    }
}

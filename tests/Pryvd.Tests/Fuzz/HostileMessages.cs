using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryvd.Raft;

namespace Pryvd.Tests.Fuzz;

/// <summary>Messages of every kind with terms, indexes and contents that no honest member sends.</summary>
internal static class HostileMessages
{
    public static Message Next(Random random, MemberId from, MemberSession session)
    {
        var status = session.Runner.Status;
        var (to, term) = (status.Self, TermOf(random, status.Term));
        return random.Next(13) switch
        {
            0 => new Message.PreVote(from, to, term, Position(random, session)),
            1 => new Message.PreVoteReply(from, to, term, random.Next(2) == 0),
            2 => new Message.Vote(from, to, term, Position(random, session), random.Next(2) == 0),
            3 => new Message.VoteReply(from, to, term, random.Next(2) == 0),
            4 => Append(random, from, to, term, session),
            5 => new Message.AppendReply(from, to, term, random.Next(2) == 0, Index(random, session), Position(random, session)),
            6 => new Message.Heartbeat(from, to, term, Index(random, session), Number(random)),
            7 => new Message.HeartbeatReply(from, to, term, Number(random)),
            8 => new Message.ReadIndex(from, to, term, Number(random)),
            9 => new Message.ReadIndexReply(from, to, term, Number(random), Index(random, session)),
            10 => new Message.TimeoutNow(from, to, term),
            11 => Chunk(random, from, to, term, session),
            _ => new Message.SnapshotReply(from, to, term, Index(random, session), Number(random)),
        };
    }

    private static Message Append(Random random, MemberId from, MemberId to, Term term, MemberSession session)
    {
        var fits = random.Next(2) == 0;
        var previous = fits ? new LogPosition(session.Runner.Status.Last, session.Term) : Position(random, session);
        term = fits ? session.Term.Next() : term;
        var entries = Enumerable.Range(1, random.Next(4)).Select(i => new Entry(previous.Index + i, TermOf(random, term), (EntryKind)random.Next(3), Data(random)));
        return new Message.Append(from, to, term, previous, Index(random, session), [.. entries]);
    }

    private static Message Chunk(Random random, MemberId from, MemberId to, Term term, MemberSession session)
    {
        var meta = new SnapshotMeta(Position(random, session), session.Configuration, Number(random), Number(random));
        var offset = random.Next(3) == 0 ? long.MaxValue - random.Next(3) : random.Next(3);
        return new Message.SnapshotChunk(from, to, term, meta, offset, Data(random));
    }

    private static byte[] Data(Random random)
    {
        var data = new byte[random.Next(40)];
        random.NextBytes(data);
        return data;
    }

    /// <summary>Terms of the future are legal; they cost an election.</summary>
    private static Term TermOf(Random random, Term now) => new(Math.Max(0, now.Value + random.Next(-2, 3)));

    private static LogPosition Position(Random random, MemberSession session) => new(Index(random, session), TermOf(random, session.Term));

    private static LogIndex Index(Random random, MemberSession session) => new(random.Next(6) switch
    {
        0 => 0,
        1 => Math.Max(0, session.Commit.Value - random.Next(3)),
        2 => session.Commit.Value + random.Next(4),
        3 => long.MaxValue - random.Next(3),
        4 => random.NextInt64(long.MaxValue),
        _ => session.Runner.Status.Last.Value,
    });

    private static long Number(Random random) => random.Next(3) switch
    {
        0 => random.Next(4),
        1 => long.MaxValue - random.Next(3),
        _ => random.NextInt64(long.MaxValue),
    };
}

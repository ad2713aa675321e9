namespace Pryv.Consensus.Core;

/// <summary>What a leader knows of one member: nextIndex and matchIndex of Raft's figure 2, and how it sends.</summary>
internal sealed class Progress(LogIndex next, Inflight inflight)
{
    public LogIndex Match { get; private set; } = LogIndex.Zero;

    public LogIndex Next { get; private set; } = next;

    public ReplicationState State { get; private set; } = ReplicationState.Probe;

    /// <summary>In Probe: one message is out. It is taken for lost at the next heartbeat's reply.</summary>
    public bool ProbeSent { get; set; }

    /// <summary>Heard of since the last check of the quorum.</summary>
    public bool RecentlyActive { get; set; }

    /// <summary>Ticks since it was last heard of.</summary>
    public int SilentTicks { get; set; }

    /// <summary>The highest heartbeat round that it has answered.</summary>
    public long Round { get; set; }

    /// <summary>The highest commit index that it has been told.</summary>
    public LogIndex CommitSent { get; set; } = LogIndex.Zero;

    /// <summary>Whether anything has been heard of it in this leader's term.</summary>
    public bool EverHeard { get; set; }

    public int InflightCount => inflight.Count;

    /// <summary>An Append was sent since the last tick.</summary>
    public bool SentInTick { get; set; }

    public bool IsPaused => State switch
    {
        ReplicationState.Probe => ProbeSent,
        ReplicationState.Replicate => inflight.IsFull,
        _ => true,
    };

    public void Heard()
    {
        RecentlyActive = true;
        EverHeard = true;
        SilentTicks = 0;
    }

    /// <summary>An Append up to <paramref name="last"/> has been sent.</summary>
    public void Sent(LogIndex last, int size)
    {
        if (State == ReplicationState.Replicate)
        {
            Next = last.Next();
            inflight.Add(last, size);
            SentInTick = true;
        }
        else
        {
            ProbeSent = true;
        }
    }

    /// <summary>The member has everything up to <paramref name="index"/>; true when that is news.</summary>
    public bool Accepted(LogIndex index)
    {
        var news = index > Match;
        Match = LogIndex.Max(Match, index);
        Next = LogIndex.Max(Next, Match.Next());
        inflight.FreeTo(index);
        if (State == ReplicationState.Probe)
        {
            BecomeReplicate();
        }

        return news;
    }

    /// <summary>The member has no entry that matches at <paramref name="refused"/>; false when the answer is to an old message.</summary>
    public bool Refused(LogIndex refused, LogIndex hint)
    {
        if (refused <= Match || (State == ReplicationState.Probe && refused != Next.Previous()))
        {
            return false;
        }

        BecomeProbe();
        Next = LogIndex.Max(LogIndex.Min(refused, hint.Next()), Match.Next());
        return true;
    }

    public void BecomeProbe()
    {
        State = ReplicationState.Probe;
        ProbeSent = false;
        inflight.Clear();
        Next = Match.Next();
    }

    public void BecomeSnapshot()
    {
        State = ReplicationState.Snapshot;
        inflight.Clear();
    }

    /// <summary>The leader's own log, or one that is about to be sent everything after <see cref="Match"/>.</summary>
    private void BecomeReplicate()
    {
        State = ReplicationState.Replicate;
        ProbeSent = false;
        Next = Match.Next();
    }
}

using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Tests.Core;
using Pryv.Consensus.Wire;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Replication;

/// <summary>What the replica does around the core: disks that hang, checkpoints, and the log that stays for those who get a snapshot.</summary>
public sealed class ReplicaTests
{
    private const int Stalled = 5 * 10;

    private readonly MemoryLog _log = new();
    private readonly List<ReplicaEffect> _done = [];

    /// <summary>Invariant 2: nobody leads by what its disk may never take in.</summary>
    [Fact]
    public void A_leader_whose_disk_hangs_makes_way_for_a_voter_that_it_hears()
    {
        var replica = Leading();
        replica.Step(new ReplicaEvent.Proposed(1, new byte[] { 1 }));
        Carry(replica, diskWorks: false);
        Tick(replica, Stalled - 1, diskWorks: false);
        Assert.Equal(RaftRole.Leader, replica.Core.Role);

        Tick(replica, 1, diskWorks: false);
        Assert.Equal(RaftRole.Follower, replica.Core.Role);
        Assert.Contains(_done, e => e is ReplicaEffect.Send { Message: Message.TimeoutNow });
        Assert.Contains(_done, e => e is ReplicaEffect.ProposalDone { Status: ProposalStatus.Unknown });
    }

    [Fact]
    public void Who_waits_for_a_disk_that_hangs_does_not_campaign_before_it_is_back()
    {
        var replica = Leading();
        replica.Step(new ReplicaEvent.Proposed(1, new byte[] { 1 }));
        Carry(replica, diskWorks: false);
        var held = _done.OfType<ReplicaEffect.Persist>().Last();
        Tick(replica, Stalled + 100, diskWorks: false);
        Assert.Equal(RaftRole.Follower, replica.Core.Role);
        Assert.DoesNotContain(_done.SkipWhile(e => e is not ReplicaEffect.Send { Message: Message.TimeoutNow }), e => e is ReplicaEffect.Send { Message: Message.PreVote });

        Persist(replica, held);
        Tick(replica, 20, diskWorks: true, heard: false);
        Assert.NotEqual(RaftRole.Follower, replica.Core.Role);
    }

    [Fact]
    public void A_leader_alone_waits_for_its_disk()
    {
        var replica = Start(voters: [1]);
        Tick(replica, 20, diskWorks: true);
        Assert.Equal(RaftRole.Leader, replica.Core.Role);
        replica.Step(new ReplicaEvent.Proposed(1, new byte[] { 1 }));
        Tick(replica, 10 * Stalled, diskWorks: false);
        Assert.Equal(RaftRole.Leader, replica.Core.Role);
    }

    /// <summary>Invariant 3: what was applied before a start may still be in the page cache alone.</summary>
    [Fact]
    public void The_log_is_cut_up_to_what_a_checkpoint_made_durable_and_not_to_what_was_applied_at_the_start()
    {
        _log.Append(Entries(1, [.. Enumerable.Repeat(1L, 10)]));
        var replica = Start(voters: [1], applied: 10, state: new HardState(T(1), Id(1), new LogIndex(10)));
        Tick(replica, 20, diskWorks: true);
        Assert.Contains(_done, e => e is ReplicaEffect.Checkpoint);

        replica.Step(new ReplicaEvent.Checkpointed(new LogIndex(3)));
        Carry(replica, diskWorks: true);
        Assert.Equal([3L], _done.OfType<ReplicaEffect.Compact>().Select(c => c.Index.Value));
    }

    /// <summary>Invariant 10: a member that is gone for good does not let the log grow for ever.</summary>
    [Fact]
    public void The_log_is_held_back_for_a_receiver_that_answers_and_for_a_silent_one_only_for_a_while()
    {
        var options = Options(3);
        var sender = new SnapshotSender(Id(2), Meta(5), wasGivenUp: false, options);
        Assert.True(sender.PinsLog);
        for (var tick = 0; tick < 3 * options.ChunkRetryTicks; tick++)
        {
            sender.TickIsRetry();
        }

        Assert.False(sender.PinsLog);
        sender.Answered(0);
        Assert.True(sender.PinsLog);

        var again = new SnapshotSender(Id(2), Meta(5), wasGivenUp: true, options);
        Assert.False(again.PinsLog);
        again.Answered(0);
        Assert.True(again.PinsLog);
    }

    private static SnapshotMeta Meta(long index) => new(At(index, 1), Configured([1, 2, 3], []), 100, 1);

    private static ReplicaOptions Options(int checkpoint) => new()
    {
        Raft = TestMember.Options, CheckpointEntries = checkpoint, KeepEntries = 0, ChunkRetryTicks = 10, AutopilotTicks = int.MaxValue,
    };

    private Replica Start(int[] voters, long applied = 0, HardState state = default)
    {
        var start = new LogBase(LogPosition.Zero, ConfigurationCodec.Encode(Configured(voters, [])));
        return new Replica(new LogIdentity(Guid.Empty, Id(1), Epoch.First), _log, start, [], state, new LogIndex(applied), Options(3), 1);
    }

    private Replica Leading()
    {
        var replica = Start([1, 2, 3]);
        Tick(replica, 20, diskWorks: true, heard: false);
        foreach (var follower in new[] { 2, 3 })
        {
            replica.Step(new ReplicaEvent.Received(new Message.PreVoteReply(Id(follower), Id(1), replica.Core.Term.Next(), true)));
            Carry(replica, diskWorks: true);
        }

        foreach (var follower in new[] { 2, 3 })
        {
            replica.Step(new ReplicaEvent.Received(new Message.VoteReply(Id(follower), Id(1), replica.Core.Term, true)));
            Carry(replica, diskWorks: true);
        }

        Assert.Equal(RaftRole.Leader, replica.Core.Role);
        Acknowledge(replica);
        return replica;
    }

    private void Tick(Replica replica, int count, bool diskWorks, bool heard = true)
    {
        for (var i = 0; i < count; i++)
        {
            if (heard && replica.Core.Role == RaftRole.Leader && replica.Core.Configuration.Members.Count > 1)
            {
                Acknowledge(replica, diskWorks);
            }

            replica.Step(new ReplicaEvent.Ticked());
            Carry(replica, diskWorks);
        }
    }

    private void Acknowledge(Replica replica, bool diskWorks = true)
    {
        foreach (var follower in new[] { 2, 3 })
        {
            replica.Step(new ReplicaEvent.Received(
                new Message.AppendReply(Id(follower), Id(1), replica.Core.Term, true, replica.Core.LastIndex, LogPosition.Zero)));
            Carry(replica, diskWorks);
        }
    }

    private void Carry(Replica replica, bool diskWorks)
    {
        while (replica.Drain() is { Count: > 0 } effects)
        {
            _done.AddRange(effects);
            foreach (var effect in effects)
            {
                switch (effect)
                {
                    case ReplicaEffect.Persist e when diskWorks: Persist(replica, e); break;
                    case ReplicaEffect.Apply e: replica.Step(new ReplicaEvent.Applied(e.Entries[^1].Index, [.. e.Entries.Select(_ => (object?)null)])); break;
                    default: break;
                }
            }
        }
    }

    private void Persist(Replica replica, ReplicaEffect.Persist write)
    {
        _log.Append(write.Entries);
        replica.Step(new ReplicaEvent.Persisted(write.Batch));
    }
}

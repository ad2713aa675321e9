using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Tests.Commands;

/// <summary>M11, M13, O6 and invariant 5: versions, epochs, requests, and events with their bounds.</summary>
public sealed class ClusterCommandTests
{
    private readonly MemoryRecords records = new(keptRequests: 20);

    public ClusterCommandTests() => records.Apply(Make.Bootstrap());

    [Fact]
    public void There_is_one_cluster_and_nothing_before_it()
    {
        Assert.Equal(ReplyCodes.Conflict, records.Apply(Make.Bootstrap()).Code);
        Assert.Equal(ReplyCodes.Invalid, new MemoryRecords().Apply(Make.Set("cluster", "a", "1")).Code);
        Assert.Equal(NodeState.Ready, records.State.Nodes.FindLiving("n1")!.State);
    }

    [Fact]
    public void The_clusters_version_only_goes_up() =>
        Assert.Equal(ReplyCodes.Conflict, records.Apply(Make.Envelope(envelope => envelope.RaiseClusterVersion = new RaiseClusterVersion { Version = 1 })).Code);

    [Fact]
    public void A_cluster_version_above_what_is_known_is_a_newer_command()
    {
        var raise = Make.Envelope(envelope => envelope.RaiseClusterVersion = new RaiseClusterVersion { Version = CommandVersions.Known + 1 });
        Assert.Equal(CommandVersions.Known + 1, new EntryCommand(records.Applied.Next(), raise).Gate()!.Needs);
    }

    [Fact]
    public void A_new_epoch_makes_the_lost_nodes_unreachable_and_later_events_higher()
    {
        var before = records.LastEvent.Position;
        var begin = Make.Envelope(envelope => envelope.BeginEpoch = new BeginEpoch { Epoch = 2, LostNodes = { "id1", "unknown" } });
        Assert.Equal(ReplyCodes.Ok, records.Apply(begin).Code);
        Assert.Equal(NodeState.Unreachable, records.State.Nodes.FindLiving("n1")!.State);
        Assert.Equal(2, records.LastEvent.Position.Epoch.Value);
        Assert.True(records.LastEvent.Position > before);
        Assert.Equal(ReplyCodes.Conflict, records.Apply(begin).Code);
    }

    [Fact]
    public void A_lowered_dead_timeout_is_remembered_until_it_is_settled_and_a_raised_one_is_not()
    {
        records.Apply(Make.Set("cluster", "pryvd.dead_timeout_ms", "20000"));
        Assert.Equal(0, records.State.Cluster!.FormerDeadTimeoutMs);
        records.Apply(Make.Set("cluster", "pryvd.dead_timeout_ms", "2000"));
        Assert.Equal(20_000, records.State.Cluster!.FormerDeadTimeoutMs);
        records.Apply(Make.Set("cluster", "pryvd.dead_timeout_ms", "10000"));
        records.Apply(Make.Delete("cluster", "pryvd.dead_timeout_ms"));
        Assert.Equal(20_000, records.State.Cluster!.FormerDeadTimeoutMs);

        Assert.Equal(ReplyCodes.Conflict, records.Apply(Settle(10_000)).Code);
        Assert.Equal(ReplyCodes.Ok, records.Apply(Settle(20_000)).Code);
        Assert.Equal(0, records.State.Cluster!.FormerDeadTimeoutMs);
        Assert.Equal(("cluster.dead_timeout", "20000", "5000"), (records.LastEvent.Kind, records.LastEvent.Old, records.LastEvent.New));

        static CommandEnvelope Settle(int former) => Make.Envelope(envelope => envelope.SettleDeadTimeout = new SettleDeadTimeout { FormerMs = former });
    }

    [Fact]
    public void A_refusal_is_repeated_to_who_asks_again()
    {
        var conflict = Make.Set("cluster", "k", "1", ifVersion: 4).With(Make.RequestId(1), 1);
        var first = records.Apply(conflict);
        records.Apply(Make.Set("cluster", "k", "1"));
        Assert.Equal(first, records.Apply(conflict));
    }

    [Fact]
    public void A_request_older_than_the_kept_replies_is_never_applied()
    {
        var old = Make.Set("cluster", "old", "1").With(Make.RequestId(1), 1);
        for (var i = 0; i < 30; i++)
        {
            records.Apply(Make.Set("cluster", "k", "1").With(Make.RequestId(100 + i), records.Applied.Value));
        }

        Assert.Equal(ReplyCodes.OutcomeUnknown, records.Apply(old).Code);
        Assert.Equal(ReplyCodes.OutcomeUnknown, records.Apply(old.With(Make.RequestId(2), 1_000)).Code);
        Assert.Null(records.State.Vars.Find(new VarName(VarScope.Cluster, "old")));
        Assert.InRange(records.OldestRequests().Count(), 20, 22);
    }

    [Fact]
    public void A_malformed_request_id_is_refused() =>
        Assert.Equal(ReplyCodes.Invalid, records.Apply(Make.Set("cluster", "k", "1").With("xyz", 1)).Code);

    [Fact]
    public void A_time_beyond_all_clocks_is_refused_and_does_not_stick()
    {
        Assert.Equal(ReplyCodes.Invalid, records.Apply(Make.Set("cluster", "k", "1").At(long.MaxValue)).Code);
        Assert.Equal(Make.StartMs, records.State.TimeMs);
    }

    [Fact]
    public void Events_beyond_the_count_are_forgotten_oldest_first_and_the_gap_is_known()
    {
        records.Apply(Make.Set("cluster", "pryvd.events.max_count", "10"));
        for (var i = 0; i < 30; i++)
        {
            records.Apply(Make.Set("cluster", "k", i.ToString()));
        }

        Assert.Equal(10, records.EventCount);
        Assert.True(records.State.EventsPrunedTo < records.Events[0].Position);
        Assert.Equal(records.Events[0].Position.Index.Previous(), records.State.EventsPrunedTo.Index);
    }

    [Fact]
    public void Events_beyond_the_age_are_forgotten()
    {
        records.Apply(Make.Set("cluster", "k", "1"));
        records.Apply(Make.Set("cluster", "k", "2").At(Make.StartMs + (169L * 3_600_000)));
        Assert.Single(records.Events);
        Assert.Equal("2", records.LastEvent.New);
    }
}

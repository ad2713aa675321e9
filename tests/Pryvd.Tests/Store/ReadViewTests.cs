using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Store;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>M7, O6: what any node answers from its own copy, of one index.</summary>
public sealed class ReadViewTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly StateStore store;

    public ReadViewTests()
    {
        store = StateStore.Open(folder.Path);
        store.ApplyBatch([Make.Entry(1, Make.Bootstrap())]);
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_view_never_shows_what_came_after_it()
    {
        Set("cluster", "k", "1");
        var view = store.Read();
        Set("cluster", "k", "2");
        Assert.Equal("1", view.State.Vars.Find(Name("k"))!.Json);
        Assert.Equal(["1"], view.VarHistory(Name("k")).Select(item => item.Json));
        Assert.Equal("1", view.NewestEvents("", 1).Events[0].New);
        Assert.Equal(["2", "1"], store.Read().VarHistory(Name("k")).Select(item => item.Json));
    }

    [Fact]
    public void Following_events_page_by_page_has_no_gap_and_no_repeat()
    {
        var seen = new List<Event>();
        var position = EventPosition.Zero;
        for (var i = 0; i < 40; i++)
        {
            Set("cluster", "k" + (i % 3), i.ToString());
            var page = store.Read().EventsAfter(position, "", i % 4);
            seen.AddRange(page.Events);
            position = page.Next;
        }

        seen.AddRange(store.Read().EventsAfter(position, "", 1_000).Events);
        Assert.Equal(store.Read().EventsAfter(EventPosition.Zero, "", 1_000).Events, seen);
        Assert.Equal(seen.Select(item => item.Position), seen.Select(item => item.Position).Order().Distinct());
    }

    [Fact]
    public void Events_are_found_by_the_beginning_of_their_subject()
    {
        Set("cluster", "a", "1");
        Set("node/n1", "a", "2");
        var view = store.Read();
        Assert.Equal(["2"], view.EventsAfter(EventPosition.Zero, "var/node/", 10).Events.Select(item => item.New));
        Assert.Equal(view.Now, view.EventsAfter(EventPosition.Zero, "var/none", 10).Next);
        Assert.Equal("1:1:1", view.OldestEvent()!.Value.ToString());
    }

    [Fact]
    public void Whoever_goes_on_from_before_the_oldest_event_is_told_of_the_gap()
    {
        var start = store.Read().Now;
        Assert.False(store.Read().HasGapAfter(EventPosition.Zero));
        Set("cluster", "pryvd.events.max_count", "10");
        Assert.False(store.Read().HasGapAfter(start));
        for (var i = 0; i < 20; i++)
        {
            Set("cluster", "a", "1");
        }

        Assert.True(store.Read().HasGapAfter(start));
        Assert.False(store.Read().HasGapAfter(store.Read().Now));
    }

    [Fact]
    public void Variables_come_in_pages_by_scope_and_prefix()
    {
        for (var i = 0; i < 25; i++)
        {
            Set(i % 2 == 0 ? "cluster" : "node/n1", "app.k" + i, "1");
        }

        Set("cluster", "other", "1");
        var view = store.Read();
        var seen = new List<ExtraVar>();
        var token = "";
        do
        {
            var page = view.Vars(null, "app.", token, 4);
            seen.AddRange(page.Vars);
            token = page.NextToken;
        }
        while (token.Length > 0);

        Assert.Equal(view.State.Vars.All().Where(item => item.Name.Key != "other"), seen);
        Assert.Equal(12, view.Vars(VarScope.OfNode("n1"), "", "", 100).Vars.Count);
    }

    [Fact]
    public void What_a_node_went_through_is_kept()
    {
        Apply(Make.State("n1", "ready", "unreachable"));
        Apply(Make.State("n1", "unreachable", "dead"));
        var node = store.Read().State.Nodes.Find("n1")!;
        Assert.Equal([NodeState.Dead, NodeState.Unreachable, NodeState.Ready], store.Read().NodeHistory(node.Id).Select(step => step.To));
        Assert.True(store.Read().IsRecorded(node.Id, "C001"));
        Assert.False(store.Read().IsRevoked("c001"));
        Apply(Make.Dismiss("n1"));
        Assert.True(store.Read().IsRevoked("C001"));
        Assert.False(store.Read().IsRecorded(node.Id, "c001"));
    }

    [Fact]
    public void A_node_sees_its_groups_variables_even_before_it_joins()
    {
        Apply(Make.Envelope(envelope => envelope.CommissionNode = new Pryv.Internal.V1.CommissionNode { Name = "n9", Group = "db" }));
        Set("group/db", "port", "5432");
        Assert.Equal("5432", store.Read().Resolve("n9", "core").Single().Winner.Json);
    }

    [Fact]
    public async Task Many_read_while_one_writes()
    {
        var readers = Enumerable.Range(0, 12).Select(_ => Task.Run(() =>
        {
            while (store.Applied < new LogIndex(200))
            {
                var view = store.Read();
                Assert.Equal(view.Position.Index, view.NewestEvents("", 1).Events[0].Position.Index);
            }
        })).ToArray();
        for (var i = 2; i <= 200; i++)
        {
            Set("cluster", "k", "1");
        }

        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static VarName Name(string key) => new(VarScope.Cluster, key);

    private void Set(string scope, string key, string json) => Apply(Make.Set(scope, key, json));

    private void Apply(Pryv.Internal.V1.CommandEnvelope command) =>
        Assert.Equal("ok", store.ApplyBatch([Make.Entry(store.Applied.Value + 1, command)]).Replies[0]!.Code);
}

using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>Extra-vars: what is refused, what is masked, what is kept, what wins.</summary>
public sealed class VarCommandTests
{
    private readonly MemoryRecords records = new();

    public VarCommandTests() => records.Apply(Make.Bootstrap());

    [Theory]
    [InlineData("rack/1", "k", "1", "is no scope")]
    [InlineData("cluster", "a b", "1", "is no key")]
    [InlineData("cluster", "", "1", "is no key")]
    [InlineData("cluster", "k", "", "not valid JSON")]
    [InlineData("cluster", "k", "{", "not valid JSON")]
    [InlineData("cluster", "k", "1 2", "not valid JSON")]
    [InlineData("cluster", "k", "bare", "not valid JSON")]
    [InlineData("cluster", "pryvd.voters", "4", "must be")]
    [InlineData("cluster", "pryvd.voters", "\"3\"", "must be")]
    [InlineData("cluster", "pryvd.events.max_age_hours", "721", "must be")]
    [InlineData("cluster", "pryvd.raft.heartbeat_ms", "200", "three times")]
    [InlineData("cluster", "pryvd.nonsense", "1", "there is no setting")]
    [InlineData("node/n1", "pryvd.voters", "3", "scope cluster")]
    public void What_is_not_valid_is_refused_with_the_reason(string scope, string key, string json, string reason)
    {
        var events = records.EventCount;
        var reply = records.Apply(Make.Set(scope, key, json));
        Assert.Equal(ReplyCodes.Invalid, reply.Code);
        Assert.Contains(reason, reply.Message);
        Assert.Equal(0, records.State.Vars.Count);
        Assert.Equal(Settings.Default, records.State.Settings);
        Assert.Equal(events, records.EventCount);
    }

    [Fact]
    public void A_value_has_its_bound()
    {
        var json = "\"" + new string('a', Limits.ValueBytes - 2) + "\"";
        Assert.Equal(ReplyCodes.Ok, records.Apply(Make.Set("cluster", "k", json)).Code);
        Assert.True(records.LastEvent.New.Length < 200, "an event holds the size and hash of a long value");
        Assert.Equal(ReplyCodes.Invalid, records.Apply(Make.Set("cluster", "k", json.Insert(1, "b"))).Code);
        Assert.Equal(ReplyCodes.Invalid, records.Apply(Make.Set("cluster", "k", new string('[', 60) + new string(']', 60))).Code);
    }

    [Fact]
    public void All_are_set_or_none_is()
    {
        var reply = records.Apply(Make.Envelope(envelope => envelope.SetVars = new SetVars
        {
            Writes = { Make.Write("cluster", "a", "1"), Make.Write("cluster", "b", "2", ifVersion: 5) },
        }));
        Assert.Equal(ReplyCodes.Conflict, reply.Code);
        Assert.Equal(0, records.State.Vars.Count);
    }

    [Fact]
    public void A_change_is_an_event_with_old_and_new_who_and_why()
    {
        records.Apply(Make.Set("group/db", "port", "1"));
        records.Apply(Make.Set("group/db", "port", "{\"a\":\"ü\\u0000\"}"));
        var item = records.LastEvent;
        Assert.Equal(("var.set", "var/group/db/port", "1", "{\"a\":\"ü\\u0000\"}"), (item.Kind, item.Subject, item.Old, item.New));
        Assert.Equal(("1000@n1", "test", "1:3:1"), (item.Actor.ToString(), item.Cause, item.Position.ToString()));
        records.Apply(Make.Delete("group/db", "port"));
        Assert.Equal(("var.deleted", ""), (records.LastEvent.Kind, records.LastEvent.New));
    }

    [Fact]
    public void A_secret_shows_in_no_event()
    {
        var write = new VarWrite { Scope = "cluster", Key = "password", Sealed = ByteString.CopyFromUtf8("sealed-bytes") };
        var set = Make.Envelope(envelope => envelope.SetVars = new SetVars { Writes = { write } });
        records.Apply(set);
        records.Apply(set);
        Assert.Equal((ExtraVar.Mask, ExtraVar.Mask), (records.LastEvent.Old, records.LastEvent.New));
        Assert.True(records.State.Vars.Find(new VarName(VarScope.Cluster, "password"))!.IsSecret);
        write.Json = "\"plain\"";
        Assert.Equal(ReplyCodes.Invalid, records.Apply(set).Code);
    }

    [Fact]
    public void The_history_keeps_as_many_versions_as_the_setting_says()
    {
        records.Apply(Make.Set("cluster", "pryvd.history.max_versions", "3"));
        for (var i = 1; i <= 10; i++)
        {
            records.Apply(Make.Set("cluster", "k", i.ToString()));
        }

        Assert.Equal(3, records.Rows[Table.VarHistory].Keys.Count(key => key.StartsWith("cluster:k:", StringComparison.Ordinal)));
        Assert.Equal((10, 8), (Find("k")!.Version, Find("k")!.OldestVersion));
    }

    [Fact]
    public void Variables_deleted_long_ago_are_forgotten_with_their_history()
    {
        for (var i = 0; i <= Limits.DeletedVars; i++)
        {
            records.Apply(Make.Set("cluster", "k" + i, "1"));
            records.Apply(Make.Delete("cluster", "k" + i));
        }

        Assert.Equal(Limits.DeletedVars, records.State.Vars.DeletedCount);
        Assert.DoesNotContain("cluster:k0:0000000000000000001", records.Rows[Table.VarHistory].Keys);
        Assert.Null(records.State.Vars.FindAny(new VarName(VarScope.Cluster, "k0")));
        Assert.Equal(2 * Limits.DeletedVars, records.Rows[Table.VarHistory].Count);
    }

    [Fact]
    public void The_narrower_scope_wins_and_says_what_it_hides()
    {
        foreach (var scope in new[] { "component/core", "cluster", "node/n1", "group/db", "node/n2" })
        {
            records.Apply(Make.Set(scope, "port", $"\"{scope}\""));
        }

        records.Apply(Make.Set("cluster", "only", "1"));
        var action = records.State.Vars.Find(new VarName(VarScope.OfNode("n2"), "port"))! with { Value = Utf8Text.From("\"action\"") };
        var resolved = VarResolution.Resolve(records.State.Vars, "n1", "db", "core", [action]);

        Assert.Equal(["only", "port"], resolved.Select(item => item.Winner.Name.Key));
        Assert.Equal("\"action\"", resolved[1].Winner.Json);
        Assert.Equal(["component/core", "node/n1", "group/db", "cluster"], resolved[1].Hidden.Select(item => item.Name.Scope.ToString()));
    }

    private ExtraVar? Find(string key) => records.State.Vars.Find(new VarName(VarScope.Cluster, key));
}

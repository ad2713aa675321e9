using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Tests.Commands;

/// <summary>M6: what an operator wants of a node holds until it is taken back, whatever the node does meanwhile.</summary>
public sealed class OperateCommandTests
{
    private readonly MemoryRecords _records = MakeRunning.Cluster();

    private Node N2 => _records.State.Nodes.Find("n2")!;

    [Fact]
    public void A_cordoned_node_gets_nothing_until_it_is_restored()
    {
        _records.Apply(MakeRunning.Put(MakeRunning.Spec("web")));
        Assert.Equal("ok", Operate("cordon"));
        Assert.Equal((NodeState.Ready, true), (N2.State, N2.Cordoned));
        Assert.Contains("cordoned", Assert.Single(Place().Refused).Value, StringComparison.Ordinal);

        Assert.Equal("ok", Operate("restore"));
        Assert.False(N2.Cordoned);
        Assert.Empty(Place().Refused);

        CommandReply Place() => _records.Apply(MakeRunning.Decide(MakeRunning.Decision(_records, "place", "web", 0, "n2")));
    }

    [Theory]
    [InlineData("drain", NodeState.Draining)]
    [InlineData("maintenance", NodeState.Maintenance)]
    public void Drain_and_maintenance_are_states_that_outlive_a_silence(string action, NodeState state)
    {
        Assert.Equal("ok", Operate(action));
        Assert.Equal(state, N2.State);
        _records.Apply(Make.State("n2", state.Word(), "unreachable"));
        Assert.Equal(state, N2.Returning);

        // Said while it is silent, it holds from when it is heard again.
        Assert.Equal("ok", Operate("restore"));
        Assert.Equal((NodeState.Unreachable, NodeState.Ready), (N2.State, N2.Returning));
        Assert.Equal("ok", Operate(action));
        _records.Apply(Make.State("n2", "unreachable", "dead"));
        Assert.Equal((NodeState.Dead, state), (N2.State, N2.Returning));
    }

    [Fact]
    public void What_is_so_already_changes_nothing()
    {
        foreach (var action in (string[])["restore", "cordon", "cordon", "drain", "drain", "maintenance", "maintenance", "restore", "restore"])
        {
            Assert.Equal("ok", Operate(action));
        }

        Assert.Equal((NodeState.Ready, false), (N2.State, N2.Cordoned));
        var events = _records.EventCount;
        Assert.Equal("ok", Operate("restore"));
        Assert.Equal(events, _records.EventCount);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_the_reason()
    {
        Assert.Equal("not_found", Operate("drain", "nobody"));
        Assert.Equal("invalid", Operate("polish"));
        _records.Apply(Make.State("n2", "ready", "commissioning"));
        Assert.Equal("conflict", Operate("drain"));
        _records.Apply(Make.State("n2", "commissioning", "decommissioning"));
        Assert.Equal("conflict", Operate("restore"));
        _records.Apply(Make.State("n2", "decommissioning", "unreachable"));
        Assert.Equal("conflict", Operate("drain"));
        Assert.Equal("ok", Operate("cordon"));
    }

    [Fact]
    public void A_cordon_outlives_a_join_under_the_same_name()
    {
        Operate("cordon");
        _records.Apply(Make.Token("again"));
        Assert.Equal("ok", _records.Apply(Make.Admit("again", Make.Node("n2", "id2", "22", 22))).Code);
        Assert.True(N2.Cordoned);
    }

    private string Operate(string action, string node = "n2") =>
        _records.Apply(Make.Envelope(envelope => envelope.OperateNode = new OperateNode { Node = node, Action = action })).Code;
}

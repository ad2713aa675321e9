using Pryvd.Model.Components;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Specs;

/// <summary>T1: the table of routes names what is healthy, wanted and on a node that lives, and nothing else.</summary>
public sealed class RouteTableTests
{
    private static readonly ComponentSpec Web = MakeRunning.Spec("web", 2, new PortSpec("http", null)) with { Routes = [new RouteSpec("web.example", "http")] };

    private readonly MemoryRecords _records = MakeRunning.Cluster();

    public RouteTableTests()
    {
        Ok(MakeRunning.Put(Web));
        Place("web", 0, "n2");
        Place("web", 1, "n3");
    }

    [Fact]
    public void A_host_is_there_from_the_start_and_a_target_once_it_is_healthy()
    {
        Assert.Equal("web.example:", Table());
        Say("web", 0, "healthy");
        var port = _records.Assigned("web", 0).Ports["http"];
        Assert.Equal($"web.example: web/0@10.0.0.1:{port}", Table());
        Say("web", 0, "unhealthy");
        Assert.Equal("web.example:", Table());
    }

    [Theory]
    [InlineData("unreachable", false)]
    [InlineData("draining", true)]
    [InlineData("maintenance", true)]
    public void A_node_that_is_not_heard_is_not_named(string state, bool isNamed)
    {
        Say("web", 0, "healthy");
        Say("web", 1, "healthy");
        Ok(Make.State("n2", "ready", state));
        Assert.Equal(isNamed, Table().Contains("web/0", StringComparison.Ordinal));
        Assert.Contains("web/1", Table(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_stopped_moved_or_gone_is_not_named()
    {
        Say("web", 0, "healthy");
        Say("web", 1, "healthy");
        Decide("stop", "web", 0);
        Assert.DoesNotContain("web/0", Table(), StringComparison.Ordinal);
        Place("web", 1, "n1");
        Assert.DoesNotContain("web/1", Table(), StringComparison.Ordinal);
        Decide("remove", "web", 0);
        Decide("remove", "web", 1);
        Ok(MakeRunning.Delete("web"));
        Assert.Empty(Table());
    }

    [Fact]
    public void What_still_runs_an_older_spec_keeps_that_specs_routes()
    {
        Say("web", 0, "healthy");
        Ok(MakeRunning.Put(Web with { Routes = [new RouteSpec("new.example", "http")] }));
        Assert.Equal(["new.example", "web.example"], RouteTable.Of(_records.State).Select(route => route.Host));
        Assert.Single(RouteTable.Of(_records.State)[1].Targets);
    }

    private string Table() => string.Join('\n', RouteTable.Of(_records.State).Select(route =>
        $"{route.Host}:{string.Concat(route.Targets.Select(target => $" {target.Instance}@{target.Address}:{target.Port}"))}"));

    private void Place(string component, int ordinal, string node) => Ok(MakeRunning.Decide(MakeRunning.Decision(_records, "place", component, ordinal, node)));

    private void Decide(string action, string component, int ordinal) => Ok(MakeRunning.Decide(MakeRunning.Decision(_records, action, component, ordinal)));

    private void Say(string component, int ordinal, string state)
    {
        var item = _records.Assigned(component, ordinal);
        Ok(MakeRunning.Status(item.Node.Value, item, state));
    }

    private void Ok(Pryv.Internal.V1.CommandEnvelope command)
    {
        var reply = _records.Apply(command);
        Assert.True(reply.Code == "ok" && reply.Refused.Count == 0, $"{reply}");
    }
}

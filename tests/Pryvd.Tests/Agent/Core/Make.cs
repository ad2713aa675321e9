using Pryv.Consensus;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Core;

/// <summary>Orders for tests.</summary>
internal static class Make
{
    public static readonly InstanceId Core0 = new("core", 0);

    public static ComponentSpec Spec(string name, bool leased = false) => new()
    {
        Name = name,
        Count = 1,
        Command = ["/bin/true"],
        Home = leased ? HomePolicy.Anywhere : HomePolicy.Wait,
        Exclusive = true,
    };

    public static Assignment Assignment(InstanceId instance, long generation, ComponentSpec? spec = null, long version = 1) => new()
    {
        Instance = instance,
        Node = World.Self,
        Generation = generation,
        SpecVersion = version,
        RunVersion = version,
        Spec = spec ?? Spec(instance.Component),
        Wanted = true,
        HomeMade = false,
        Restart = 0,
        Ports = new Dictionary<string, int>(),
        Reason = "test",
        Changed = new LogIndex(generation),
    };

    /// <summary>A node that runs core/0 and has said that it is healthy.</summary>
    public static World Running(ComponentSpec? spec = null)
    {
        var world = new World();
        world.Order(Core0, (_, index) => Assignment(Core0, index, spec));
        world.Live(2_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);
        return world;
    }
}

using Google.Protobuf;
using Pryv.Internal.V1;

namespace Pryvd.Tests.Observers;

/// <summary>The simulator reckons with these sizes (tests/Simulation/Observers/Costs.cs): no message may weigh more.</summary>
public sealed class MessageSizeTests
{
    private const string Node = "0123456789abcdef";

    [Fact]
    public void Messages_between_observers_and_members_weigh_no_more_than_the_simulator_reckons()
    {
        var standing = new Standing
        {
            Commit = 100_000_000, Applied = 100_000_000, Term = 10_000, LeaderNode = Node, LeaderAddress = "192.168.100.100:7411", AgeMs = 100_000, Depth = 4,
        };
        var collect = new CollectReply { Version = DateTimeOffset.UnixEpoch.AddYears(100).ToUnixTimeMilliseconds() };
        var line = new ObserverReport { NodeId = Node, Standing = 2, Applied = 100_000_000 };

        Assert.InRange(new PullFrame { Standing = standing }.CalculateSize(), 1, 80);
        Assert.InRange(new PullRequest { ProtocolVersion = 1, ClusterId = Node + Node, Epoch = 100, Index = 100_000_000 }.CalculateSize(), 1, 60);
        Assert.InRange(new StandingReport { Epoch = 100, Applied = 100_000_000 }.CalculateSize(), 1, 16);
        Assert.InRange(new CollectRequest { Since = collect.Version }.CalculateSize(), 1, 10);
        Assert.InRange(collect.CalculateSize(), 1, 12);
        Assert.InRange(new CollectReply { Observers = { line } }.CalculateSize(), 1, 32);
    }

    [Fact]
    public void A_written_value_of_256_bytes_weighs_no_more_than_the_simulator_reckons()
    {
        var command = new CommandEnvelope
        {
            Version = 1, RequestId = Node + Node, RequestIndex = 100_000_000, TimeMs = DateTimeOffset.UnixEpoch.AddYears(100).ToUnixTimeMilliseconds(),
            Actor = new Actor { Node = "a-node-of-some-name", Uid = 1000, Pid = 100_000 }, Cause = "var set",
            SetVars = new SetVars { Writes = { new VarWrite { Scope = "cluster", Key = "some.key", Json = new string('x', 256) } } },
        };
        var entry = new PulledEntry { Term = 10_000, Kind = 1, Data = command.ToByteString() };

        Assert.InRange(new PulledEntries { First = 100_000_000, Entries = { entry } }.CalculateSize(), 256, 420);
    }
}

using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Tests.Core;
using Pryv.Consensus.Wire;
using Pryvd.Tests.Fuzz;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Fuzz;

/// <summary>G6: bytes from a peer are a message, as it would be written again, or they are refused; nothing else happens.</summary>
[Trait("Category", "Fuzz")]
public sealed class MessageFuzzTests
{
    private static readonly Message[] Whole =
    [
        new Message.PreVote(Id(1), Id(2), T(3), At(4, 2)),
        new Message.PreVoteReply(Id(1), Id(2), T(3), true),
        new Message.Vote(Id(1), Id(2), T(3), At(4, 2), true),
        new Message.VoteReply(Id(1), Id(2), T(3), true),
        new Message.Append(Id(1), Id(2), T(3), At(4, 2), new LogIndex(4), Entries(5, 2, 3, 3)),
        new Message.AppendReply(Id(1), Id(2), T(3), false, new LogIndex(4), At(3, 2)),
        new Message.Heartbeat(Id(1), Id(2), T(3), new LogIndex(4), 9),
        new Message.HeartbeatReply(Id(1), Id(2), T(3), 9),
        new Message.ReadIndex(Id(1), Id(2), T(3), 7),
        new Message.ReadIndexReply(Id(1), Id(2), T(3), 7, new LogIndex(4)),
        new Message.TimeoutNow(Id(1), Id(2), T(3)),
        new Message.SnapshotChunk(Id(1), Id(2), T(3), new SnapshotMeta(At(4, 2), Configured([1, 2, 3], [4]), 100, 5), 10, new byte[20]),
        new Message.SnapshotReply(Id(1), Id(2), T(3), new LogIndex(4), 30),
    ];

    [Fact]
    public Task Any_bytes_are_a_message_or_refused() => FuzzRuns.EachAsync(5000, random =>
    {
        var bytes = Mutated.Of(MessageCodec.Encode(Whole[random.Next(Whole.Length)]).ToArray(), random);
        Message message;
        try
        {
            message = MessageCodec.Decode(bytes);
        }
        catch (WireFormatException)
        {
            return;
        }

        var again = MessageCodec.Encode(message);
        Assert.Equal(again.ToArray(), MessageCodec.Encode(MessageCodec.Decode(again)).ToArray());
    });

    [Fact]
    public Task Any_bytes_are_a_configuration_or_refused() => FuzzRuns.EachAsync(5000, random =>
    {
        var bytes = Mutated.Of(ConfigurationCodec.Encode(Configured([1, 2, 3], [4, 5])).ToArray(), random);
        try
        {
            var read = ConfigurationCodec.Decode(bytes);
            Assert.True(read.Members.Count <= Configuration.MaxMembers);
        }
        catch (WireFormatException)
        {
            // Refused, as it should be.
        }
    });
}

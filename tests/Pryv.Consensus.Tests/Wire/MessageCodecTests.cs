using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Wire;

/// <summary>Messages as bytes and back, and bytes that are none. Invariants 3 and 10.</summary>
public sealed class MessageCodecTests
{
    private static readonly Configuration Joint =
        Configured([1, 2], [7]).Change([new MemberChange.Put(Member(3, MemberRole.Witness))], out _)!;

    public static TheoryData<Message> Messages => new()
    {
        new Message.PreVote(Id(1), Id(2), T(3), At(4, 2)),
        new Message.PreVoteReply(Id(1), Id(2), T(3), true),
        new Message.Vote(Id(1), Id(2), T(3), At(4, 2), true),
        new Message.VoteReply(Id(1), Id(2), T(3), false),
        new Message.Append(Id(1), Id(2), T(3), At(4, 2), new LogIndex(4), Entries(5, 2, 3, 3)),
        new Message.Append(Id(1), Id(2), T(3), At(4, 2), new LogIndex(4), []),
        new Message.AppendReply(Id(1), Id(2), T(3), false, new LogIndex(9), At(4, 2)),
        new Message.Heartbeat(Id(1), Id(2), T(3), new LogIndex(9), long.MaxValue),
        new Message.HeartbeatReply(Id(1), Id(2), T(3), 17),
        new Message.ReadIndex(Id(1), Id(2), T(3), -5),
        new Message.ReadIndexReply(Id(1), Id(2), T(3), -5, new LogIndex(8)),
        new Message.TimeoutNow(new MemberId(ulong.MaxValue), Id(2), T(3)),
        new Message.SnapshotChunk(Id(1), Id(2), T(3), new SnapshotMeta(At(9, 2), Joint, 100, 77), 40, new byte[60]),
        new Message.SnapshotReply(Id(1), Id(2), T(3), new LogIndex(9), 40),
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_message_comes_back_as_it_was(Message message)
    {
        var bytes = MessageCodec.Encode(message);
        var back = MessageCodec.Decode(bytes);
        Assert.Equal(message.GetType(), back.GetType());
        Assert.Equal(bytes.ToArray(), MessageCodec.Encode(back).ToArray());
        Assert.Equal((message.From, message.To, message.Term), (back.From, back.To, back.Term));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_truncation_is_refused(Message message)
    {
        var bytes = MessageCodec.Encode(message).ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<WireFormatException>(() => MessageCodec.Decode(bytes.AsMemory(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_follows_a_message_is_refused(Message message) =>
        Assert.Throws<WireFormatException>(() => MessageCodec.Decode(MessageCodec.Encode(message).ToArray().Append((byte)0).ToArray()));

    /// <summary>No log can take them (Raft, section 5.3); a member must not find out when it writes them.</summary>
    [Theory]
    [InlineData(3, 2, 2, 1)]
    [InlineData(3, 2, 1, 2)]
    [InlineData(3, 2, 2, 4)]
    public void Entries_whose_terms_go_back_or_past_the_messages_are_refused(long term, long previous, long first, long second)
    {
        var bytes = MessageCodec.Encode(new Message.Append(Id(1), Id(2), T(term), At(4, previous), LogIndex.Zero, Entries(5, first, second)));
        Assert.Throws<WireFormatException>(() => MessageCodec.Decode(bytes));
    }

    [Fact]
    public void Another_version_is_told_apart()
    {
        var bytes = MessageCodec.Encode(new Message.TimeoutNow(Id(1), Id(2), T(3))).ToArray();
        bytes[0]++;
        Assert.Contains("version", Assert.Throws<WireFormatException>(() => MessageCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever comes in, it is a message or it is refused; nothing else is thrown, and nothing large is allocated on its word.</summary>
    [Theory]
    [MemberData(nameof(Messages))]
    public void Garbage_is_a_message_or_refused(Message message)
    {
        var random = new Random(5);
        var original = MessageCodec.Encode(message).ToArray();
        for (var round = 0; round < 3000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var flips = 1 + random.Next(4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            TryDecode(bytes);
            random.NextBytes(bytes);
            bytes[0] = MessageCodec.Version;
            bytes[1] = (byte)random.Next(16);
            TryDecode(bytes);
        }
    }

    [Fact]
    public void An_entry_whose_configuration_cannot_be_read_is_refused_before_it_reaches_a_log()
    {
        var entry = new Entry(new LogIndex(5), T(3), EntryKind.Configuration, new byte[] { 121, 1, 2 });
        var bytes = MessageCodec.Encode(new Message.Append(Id(1), Id(2), T(3), new LogPosition(new LogIndex(4), T(3)), LogIndex.Zero, [entry]));
        Assert.Throws<WireFormatException>(() => MessageCodec.Decode(bytes));
    }

    [Fact]
    public void Positions_at_the_end_of_all_numbers_are_refused()
    {
        var last = new LogIndex(long.MaxValue);
        var entry = new Entry(new LogIndex(1), T(3), EntryKind.Command, new byte[] { 1 });
        Assert.Throws<WireFormatException>(() => MessageCodec.Decode(
            MessageCodec.Encode(new Message.Append(Id(1), Id(2), T(3), new LogPosition(last, T(3)), LogIndex.Zero, [entry]))));
        var meta = new SnapshotMeta(new LogPosition(new LogIndex(1), T(1)), Joint, 10, 1);
        Assert.Throws<WireFormatException>(() => MessageCodec.Decode(
            MessageCodec.Encode(new Message.SnapshotChunk(Id(1), Id(2), T(3), meta, long.MaxValue, new byte[] { 1 }))));
    }

    [Fact]
    public void A_configuration_with_garbage_is_one_or_refused()
    {
        var random = new Random(5);
        var original = ConfigurationCodec.Encode(Joint).ToArray();
        for (var round = 0; round < 5000; round++)
        {
            var bytes = (byte[])original.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.True(Record.Exception(() => ConfigurationCodec.Decode(bytes)) is null or WireFormatException);
        }
    }

    private static void TryDecode(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thrown = Record.Exception(() => MessageCodec.Decode(bytes));
        Assert.True(thrown is null or WireFormatException, thrown?.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }
}

using System.Buffers.Binary;
using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryvd.Peers;
using Pryvd.Peers.Links;
using Pryvd.Raft;
using Pryvd.Tests.Api;
using Member = Pryv.Consensus.Membership.Member;

namespace Pryvd.Tests.Peers;

/// <summary>G6, invariants 1 and 10: what is said on a link is a message of a member of this cluster and epoch, or is refused with a reason.</summary>
public sealed class LinkServiceTests
{
    private static readonly MemberId Other = new(0xABC);

    public static TheoryData<string, int, string> Openings => new()
    {
        { "another cluster", (int)StatusCode.FailedPrecondition, "of another" },
        { "an older epoch", (int)StatusCode.FailedPrecondition, "epoch" },
        { "a newer epoch", (int)StatusCode.Unavailable, "still of epoch" },
        { "an older version", (int)StatusCode.FailedPrecondition, "protocol version 0" },
        { "a newer version", (int)StatusCode.FailedPrecondition, "protocol version 99" },
        { "nonsense", (int)StatusCode.Internal, "no message" },
        { "too long", (int)StatusCode.Internal, "1024 are taken" },
        { "a negative length", (int)StatusCode.Internal, "1024 are taken" },
    };

    [Theory]
    [MemberData(nameof(Openings))]
    public async Task An_opening_that_does_not_fit_is_refused_with_the_reason(string opening, int status, string reason)
    {
        await using var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        await using var link = await TestLink.DialAsync(session, node.Host.Address);
        await link.WriteAsync(BytesOf(opening, TestLink.OpeningOf(session)));

        var answer = await link.AnswerAsync();
        Assert.Equal((status, true), (answer.Status, answer.Message.Contains(reason, StringComparison.Ordinal)));
        Assert.Equal(opening == "an older epoch" ? session.Epoch.Value : 0, answer.NewerEpoch);

        // A member's word that a newer epoch has begun is one that ends it.
        Assert.True(opening == "a newer epoch" || !session.Runner.Ended.IsCompleted);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public async Task Who_only_asks_hears_of_a_later_epoch_and_of_nothing_else(int difference, bool isLater)
    {
        await using var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        using var deadline = new CancellationTokenSource(Within.Patience);
        var link = await session.Channels.LinkAsync(session.NodeId, node.Host.Address, deadline.Token);
        await using var stream = link.Stream;
        var own = session.LogIdentity with { Epoch = new Epoch(session.Epoch.Value + difference) };
        Assert.Equal(isLater ? session.Epoch : null, await LinkQuestion.NewerEpochAsync(stream, own, deadline.Token));
    }

    [Fact]
    public async Task Who_asks_and_is_hung_up_on_hears_so()
    {
        using var silence = new MemoryStream();
        await Assert.ThrowsAsync<IOException>(() => LinkQuestion.NewerEpochAsync(silence, new LogIdentity(Guid.Empty, new MemberId(1), Epoch.First), CancellationToken.None));
    }

    [Fact]
    public async Task Messages_that_come_with_the_opening_are_taken_and_a_larger_one_than_is_allowed_is_not()
    {
        await using var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        await session.Runner.ChangeAsync([new MemberChange.Put(new Member(Other, session.NodeId, "127.0.0.1:1", MemberRole.Learner))]);
        await using var link = await TestLink.DialAsync(session, node.Host.Address);
        var (opening, message) = (LinkRecords.Of(TestLink.OpeningOf(session)), PreVoteOf(session));
        await link.WriteAsync([.. opening, .. LengthOf(message.Length), .. message, .. LengthOf(PeerProtocol.MaxMessageBytes + 1)]);

        Assert.Equal((int)StatusCode.OK, (await link.AnswerAsync()).Status);
        Assert.Contains($"{PeerProtocol.MaxMessageBytes} are taken", (await link.AnswerAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_another_node_is_not_spoken_for()
    {
        await using var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        await using var link = await TestLink.OpenAsync(session, node.Host.Address);
        Assert.Equal((int)StatusCode.OK, (await link.AnswerAsync()).Status);
        var answering = link.AnswerAsync();
        while (!answering.IsCompleted)
        {
            // The leader takes a member away again whose node nobody knows.
            await session.Runner.ChangeAsync([new MemberChange.Put(new Member(Other, "somebody", "127.0.0.1:1", MemberRole.Learner))]);
            await link.SendAsync([PreVoteOf(session)]);
            await Task.WhenAny(answering, Task.Delay(20));
        }

        var refused = await answering;
        Assert.Equal(((int)StatusCode.PermissionDenied, true), (refused.Status, refused.Message.Contains("only for itself", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_link_ends_with_the_session_that_it_was_opened_to()
    {
        await using var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        await using var link = await TestLink.OpenAsync(session, node.Host.Address);
        Assert.Equal((int)StatusCode.OK, (await link.AnswerAsync()).Status);
        await node.Host.ChangeAsync(async () =>
        {
            await node.Host.StopSessionAsync();
            return true;
        });
        await link.SendAsync([PreVoteOf(session)]);

        Assert.NotEqual((int)StatusCode.OK, (await link.AnswerAsync()).Status);
    }

    [Fact]
    public async Task Who_takes_messages_says_so_again_while_they_come()
    {
        await using var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        await using var link = await TestLink.OpenAsync(session, node.Host.Address);
        Assert.Equal((int)StatusCode.OK, (await link.AnswerAsync()).Status);
        node.Clock.Passed += LinkPulse.Pace;
        await link.SendAsync([PreVoteOf(session)]);

        Assert.Equal((int)StatusCode.OK, (await link.AnswerAsync()).Status);
    }

    private static byte[] PreVoteOf(MemberSession session) =>
        MessageCodec.Encode(new Message.PreVote(Other, session.LogIdentity.Member, new Term(1), LogPosition.Zero)).ToArray();

    private static byte[] LengthOf(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }

    private static byte[] BytesOf(string opening, LinkOpening good)
    {
        switch (opening)
        {
            case "another cluster": good.ClusterId = "somewhere"; break;
            case "an older epoch": good.Epoch--; break;
            case "a newer epoch": good.Epoch++; break;
            case "an older version": good.ProtocolVersion = 0; break;
            case "a newer version": good.ProtocolVersion = 99; break;
            case "nonsense": return [3, 0, 0, 0, 0xFF, 0xFF, 0xFF];
            case "too long": return LengthOf(1025);
            default: return LengthOf(-1);
        }

        return LinkRecords.Of(good);
    }
}

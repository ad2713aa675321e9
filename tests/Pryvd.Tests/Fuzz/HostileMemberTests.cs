using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using Pryvd.Raft;
using Pryvd.Tests.Api;
using Pryvd.Tests.Peers;
using Member = Pryv.Consensus.Membership.Member;

namespace Pryvd.Tests.Fuzz;

/// <summary>G6, invariant 1: a member with a valid certificate that sends nonsense over the peer port, over a link of the real service, ends nobody.</summary>
[Trait("Category", "Fuzz")]
public sealed class HostileMemberTests
{
    private static readonly MemberId Hostile = new(0xBAD);

    [Fact]
    public async Task No_message_of_a_member_ends_the_process_but_one_that_breaks_what_Raft_proves()
    {
        var node = await WithHostileMemberAsync();
        try
        {
            await FuzzRuns.EachAsync(300, async random =>
            {
                node = await StillAliveAsync(node) ? node : await WithHostileMemberAsync();
                await AttackAsync(node, random);
            });
            node = await StillAliveAsync(node) ? node : await WithHostileMemberAsync();
            var session = (MemberSession)node.Session;
            Assert.Equal(session.Store.Digest, session.Store.RecomputeDigest());
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>A leader of one voter, and a learner that nobody but the test speaks for, under the certificate of the node.</summary>
    private static async Task<TestNode> WithHostileMemberAsync()
    {
        var node = await TestNode.InitAsync();
        var session = (MemberSession)node.Session;
        await session.Runner.ChangeAsync([new MemberChange.Put(new Member(Hostile, session.NodeId, "127.0.0.1:1", MemberRole.Learner))]);
        return node;
    }

    private static async Task<bool> StillAliveAsync(TestNode node)
    {
        var session = (MemberSession)node.Host.Session!;
        if (!session.Runner.Ended.IsCompleted)
        {
            return true;
        }

        await node.DisposeAsync();
        return false;
    }

    /// <summary>A second leader in a term, or an acknowledgement of what was never sent, stops a member by design (DESIGN.md of the consensus); nothing else may.</summary>
    private static async Task AttackAsync(TestNode node, Random random)
    {
        var session = (MemberSession)node.Session;
        var told = await SendAsync(session, node.Host.Address, random);
        if (session.Runner.Ended.IsCompleted)
        {
            var failure = await session.Runner.Ended;
            Assert.True(failure is InvariantException, $"{failure}\nafter {string.Join("\n", told)}");
        }
    }

    /// <summary>A few messages over one link; what was sent, for people.</summary>
    private static async Task<IReadOnlyList<Message>> SendAsync(MemberSession session, string address, Random random)
    {
        var messages = Enumerable.Range(0, random.Next(1, 6)).Select(_ => HostileMessages.Next(random, Hostile, session)).ToList();
        await using var link = await TestLink.OpenAsync(session, address);
        Assert.Equal(0, (await link.AnswerAsync()).Status);
        await link.SendAsync(messages.Select(m => Bytes(m, random)));

        // Refused at one of them, or taken to the last.
        await link.FinishAsync();
        await session.ReadIndexAsync();
        return messages;
    }

    private static byte[] Bytes(Message message, Random random)
    {
        var bytes = MessageCodec.Encode(message).ToArray();
        return random.Next(4) == 0 ? Mutated.Of(bytes, random) : bytes;
    }
}

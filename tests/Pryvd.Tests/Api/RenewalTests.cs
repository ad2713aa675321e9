using Pryvd.Peers;
using Pryvd.Raft;

namespace Pryvd.Tests.Api;

/// <summary>G6: certificates renew themselves before they expire, and a voter's own even after.</summary>
public sealed class RenewalTests
{
    [Fact]
    public async Task A_young_certificate_is_left_alone()
    {
        await using var node = await TestNode.InitAsync();
        var serial = node.Session.Identity.Certificate.SerialNumber;

        await RenewalOf(node).RenewIfDueAsync();

        Assert.Equal(serial, node.Session.Identity.Certificate.SerialNumber);
    }

    [Fact]
    public async Task A_certificate_with_a_third_of_its_time_left_is_renewed_and_recorded()
    {
        await using var node = await TestNode.InitAsync();
        var before = node.Session.Identity.Certificate;

        node.Clock.Ahead = TimeSpan.FromDays(21);
        await RenewalOf(node).RenewIfDueAsync();

        var after = node.Session.Identity.Certificate;
        Assert.NotEqual(before.SerialNumber, after.SerialNumber);
        Assert.True(after.NotAfter > before.NotAfter);
        var recorded = node.Session.Store.Read().State.Nodes.FindLiving("n1")!.Certificate;
        Assert.Equal(after.SerialNumber.ToLowerInvariant(), recorded.Serial);
    }

    [Fact]
    public async Task A_voter_whose_certificate_has_expired_signs_its_own()
    {
        await using var node = await TestNode.InitAsync();

        node.Clock.Ahead = TimeSpan.FromDays(40);
        await RenewalOf(node).RenewIfDueAsync();

        Assert.True(node.Session.Identity.Certificate.NotAfter.ToUniversalTime() > node.Clock.GetUtcNow());
        Assert.True(node.Session.Certificates.CheckServer(node.Session.Identity.Certificate, node.Session.NodeId).IsMember);
    }

    private static Renewal RenewalOf(TestNode node) => new(node.Host, node.Session, node.Leader);
}

using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

public sealed class CustodyTests : IDisposable
{
    private readonly TestCluster cluster = new();
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void The_operator_gets_the_custody_keys_back_with_the_recovery_key_from_its_text()
    {
        using var recovery = RecoveryKey.Create();
        using var keys = NewKeys();
        var wrapped = keys.WrapFor(recovery.PublicKey, "c1");

        using var read = RecoveryKey.Read(recovery.Write("blue", "c1"));
        using var unwrapped = CustodyKeys.Unwrap(read, wrapped, "c1");

        Assert.Equal(keys.AuthorityKey, unwrapped.AuthorityKey);
        Assert.Equal(keys.SealingKey, unwrapped.SealingKey);
    }

    [Fact]
    public void Another_recovery_key_or_cluster_does_not_unwrap_them()
    {
        using var recovery = RecoveryKey.Create();
        using var other = RecoveryKey.Create();
        using var keys = NewKeys();
        var wrapped = keys.WrapFor(recovery.PublicKey, "c1");

        Assert.Throws<SealException>(() => CustodyKeys.Unwrap(other, wrapped, "c1"));
        Assert.Throws<SealException>(() => CustodyKeys.Unwrap(recovery, wrapped, "c2"));
    }

    [Fact]
    public void What_anybody_sealed_for_the_public_recovery_key_is_not_taken_for_keys()
    {
        using var recovery = RecoveryKey.Create();
        var forged = Sealing.SealFor(recovery.PublicKey, [0xff, 0xff, 0xff], SealContext.Custody("c1"));

        Assert.Equal(SealFault.Unknown, Assert.Throws<SealException>(() => CustodyKeys.Unwrap(recovery, forged, "c1")).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void What_is_no_recovery_key_is_refused(string text) =>
        Assert.Throws<IdentityException>(() => RecoveryKey.Read(text));

    [Fact]
    public void The_recovery_key_does_not_print_itself()
    {
        using var recovery = RecoveryKey.Create();

        Assert.DoesNotContain("BEGIN", recovery.ToString());
    }

    [Fact]
    public void Custody_is_kept_and_dropped()
    {
        var custody = new CustodyFolder(folder.In("custody"));
        using var keys = NewKeys();

        Assert.False(custody.Exists);
        custody.Store(keys, cluster.Authority.Certificate.RawData);
        Assert.True(custody.Exists);
        using var read = custody.Load();
        Assert.Equal(keys.AuthorityKey, read.AuthorityKey);
        Assert.Equal(keys.SealingKey, read.SealingKey);

        custody.Drop();
        Assert.False(custody.Exists);
        Assert.False(Directory.Exists(folder.In("custody")));
    }

    [Fact]
    public void Custody_of_another_cluster_is_refused_and_nothing_kept()
    {
        using var other = new TestCluster("c2");
        var custody = new CustodyFolder(folder.In("custody"));
        using var keys = NewKeys();

        Assert.Throws<IdentityException>(() => custody.Store(keys, other.Authority.Certificate.RawData));
        Assert.False(Directory.Exists(folder.In("custody")));
    }

    public void Dispose()
    {
        folder.Dispose();
        cluster.Dispose();
    }

    private CustodyKeys NewKeys() => new(cluster.Authority.ExportKey(), ClusterSealing.NewKey());
}

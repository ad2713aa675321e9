using System.Security.Cryptography;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

/// <summary>Requirement M2: a node comes back without a person as long as its certificate is left.</summary>
public sealed class IdentityFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestCluster cluster = new();
    private readonly TemporaryFolder temporary = new();
    private readonly IdentityFolder folder;

    public IdentityFolderTests() => folder = new IdentityFolder(temporary.In("identity"));

    [Fact]
    public void An_installed_identity_is_read_back_with_its_keys()
    {
        Install();
        using var identity = folder.Load();

        Assert.Equal(cluster.Name("n1"), identity.Name);
        Assert.Equal(("blue", "alpha"), (identity.Cluster.ClusterName, identity.Cluster.NodeName));
        Assert.True(identity.Certificate.HasPrivateKey);
        var sealedValue = Sealing.SealFor(identity.SealingPublicKey, "x"u8, SealContext.ForNode(identity.Name, "test"));
        Assert.Equal("x"u8, Sealing.Open(identity.SealingKey, sealedValue, SealContext.ForNode(identity.Name, "test")));
    }

    [Fact]
    public void Keys_are_written_for_the_owner_only()
    {
        Install();

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Of("node.key")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Of("sealing.key")));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Theory]
    [InlineData("node.key", UnixFileMode.GroupRead)]
    [InlineData("node.key", UnixFileMode.OtherRead)]
    [InlineData("sealing.key", UnixFileMode.GroupWrite)]
    public void A_key_that_is_open_to_others_is_refused(string name, UnixFileMode more)
    {
        Install();
        File.SetUnixFileMode(Of(name), OwnerOnly | more);

        var e = Assert.Throws<IdentityException>(folder.Load);
        Assert.Contains($"chmod 600 {Of(name)}", e.Message);
    }

    [Fact]
    public void The_next_key_stays_the_same_until_its_certificate_is_installed()
    {
        using var first = folder.NextKey();
        using var retry = new IdentityFolder(folder.Path).NextKey();

        Assert.Equal(first.ExportSubjectPublicKeyInfo(), retry.ExportSubjectPublicKeyInfo());
        Assert.False(folder.Exists);
    }

    [Fact]
    public void Renewal_takes_up_a_new_key_and_certificate()
    {
        Install();
        var before = Key();
        folder.InstallRenewed(Issue("n1"));

        Assert.NotEqual(before, Key());
    }

    [Fact]
    public void A_renewal_that_crashed_before_the_key_was_renamed_is_completed()
    {
        Install();
        var certificate = Issue("n1");
        var next = File.ReadAllBytes(Of("node.key.next"));
        var old = File.ReadAllBytes(Of("node.key"));
        folder.InstallRenewed(certificate);
        Put("node.key", old);
        Put("node.key.next", next);

        using var identity = folder.Load();

        Assert.Equal(certificate, identity.Certificate.RawData);
        Assert.False(File.Exists(Of("node.key.next")));
    }

    [Fact]
    public void A_renewal_that_was_only_asked_for_changes_nothing()
    {
        Install();
        var before = Key();
        Issue("n1");

        Assert.Equal(before, Key());
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused()
    {
        Install();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Of("node.key"), other.ExportPkcs8PrivateKeyPem());

        Assert.Contains("No key in", Assert.Throws<IdentityException>(folder.Load).Message);
    }

    [Fact]
    public void A_certificate_of_another_node_or_cluster_is_refused()
    {
        Install();
        var json = File.ReadAllText(Of("cluster.json"));

        File.WriteAllText(Of("cluster.json"), json.Replace("\"n1\"", "\"n2\""));
        Assert.Contains("names node n1", Assert.Throws<IdentityException>(folder.Load).Message);
        File.WriteAllText(Of("cluster.json"), json.Replace("\"c1\"", "\"c2\""));
        Assert.Contains("ca.crt is of cluster c1", Assert.Throws<IdentityException>(folder.Load).Message);
    }

    [Fact]
    public void An_authority_of_another_making_is_refused()
    {
        Install();
        using var other = new TestCluster();
        File.WriteAllText(Of("ca.crt"), other.Authority.Certificate.ExportCertificatePem());

        Assert.Contains("does not fit ca.crt", Assert.Throws<IdentityException>(folder.Load).Message);
    }

    [Theory]
    [InlineData("cluster.json")]
    [InlineData("node.key")]
    [InlineData("node.crt")]
    [InlineData("ca.crt")]
    [InlineData("sealing.key")]
    public void A_damaged_or_missing_file_is_named(string name)
    {
        Install();
        File.WriteAllText(Of(name), "{");
        Assert.Contains(name, Assert.Throws<IdentityException>(folder.Load).Message);

        File.Delete(Of(name));
        var expected = name == "node.key" ? "No key in" : name;
        Assert.Contains(expected, Assert.Throws<IdentityException>(folder.Load).Message);
    }

    [Fact]
    public void An_expired_identity_still_loads_because_it_can_renew_itself()
    {
        cluster.Clock.Now = DateTimeOffset.UtcNow.AddYears(-2);
        Install();

        using var identity = folder.Load();
        Assert.True(identity.RenewAt < DateTimeOffset.UtcNow);
    }

    [Fact]
    public void Renewal_is_due_when_a_third_of_the_validity_is_left()
    {
        Install();
        using var identity = folder.Load();

        var span = TimeSpan.FromDays(30) + TimeSpan.FromMinutes(5);
        Assert.Equal(TestCluster.Start.AddDays(30) - (span / 3), identity.RenewAt);
    }

    [Fact]
    public void Wiping_leaves_no_identity_and_a_copy_without_custody()
    {
        Install();
        using var keys = new CustodyKeys(cluster.Authority.ExportKey(), ClusterSealing.NewKey());
        folder.Custody.Store(keys, cluster.Authority.Certificate.RawData);

        folder.Wipe(temporary.In("kept"));

        Assert.False(folder.Exists);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        var kept = new IdentityFolder(temporary.In("kept"));
        using var identity = kept.Load();
        Assert.Equal("n1", identity.Name.NodeId);
        Assert.False(kept.Custody.Exists);
    }

    [Fact]
    public void Wiping_does_not_write_over_an_older_copy()
    {
        Install();
        Directory.CreateDirectory(temporary.In("kept"));

        Assert.Throws<IdentityException>(() => folder.Wipe(temporary.In("kept")));
        Assert.True(folder.Exists);
    }

    [Fact]
    public void Wiping_what_is_not_there_is_done_already() => folder.Wipe(null);

    public void Dispose()
    {
        temporary.Dispose();
        cluster.Dispose();
    }

    private string Of(string name) => Path.Combine(folder.Path, name);

    private void Put(string name, byte[] content)
    {
        File.WriteAllBytes(Of(name), content);
        File.SetUnixFileMode(Of(name), OwnerOnly);
    }

    private byte[] Key()
    {
        using var identity = folder.Load();
        return identity.Certificate.PublicKey.ExportSubjectPublicKeyInfo();
    }

    private byte[] Issue(string node)
    {
        using var key = folder.NextKey();
        return cluster.Authority.Issue(
            NodeRequest.Create(key), cluster.Name(node), ClusterAuthority.DefaultValidity, cluster.Clock.Now).Der;
    }

    private void Install() =>
        folder.Install(new ClusterFile("c1", "blue", "n1", "alpha"), Issue("n1"), cluster.Authority.Certificate.RawData);
}

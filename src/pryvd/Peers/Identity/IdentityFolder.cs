using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pryvd.Hosting;

namespace Pryvd.Peers.Identity;

/// <summary>
/// identity/: keys, certificates and names of this node. Every file is replaced whole; the order of writes makes each
/// crash in between either "no identity yet" (the join is repeated with the same key) or a whole one.
/// </summary>
public sealed class IdentityFolder(string path)
{
    /// <summary>The folder itself.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Whether this node belongs to a cluster.</summary>
    public bool Exists => File.Exists(ClusterPath);

    public CustodyFolder Custody => new(In("custody"));

    private string ClusterPath => In("cluster.json");

    private string KeyPath => In("node.key");

    private string NextKeyPath => In("node.key.next");

    private string CertificatePath => In("node.crt");

    private string AuthorityPath => In("ca.crt");

    private string SealingKeyPath => In("sealing.key");

    /// <summary>
    /// The key to ask the next certificate for. It stays the same until that certificate is installed, because a token is
    /// bound to the key of its first use: a join that crashed can be repeated.
    /// </summary>
    public ECDsa NextKey() => PrivateKeys.ReadSigning(ReadOrMake(NextKeyPath, MakeSigningKey), NextKeyPath);

    /// <summary>The key that secrets for this node are sealed to; made at first use, then kept.</summary>
    public ECDiffieHellman SealingKey() => PrivateKeys.ReadAgreement(ReadOrMake(SealingKeyPath, MakeAgreementKey), SealingKeyPath);

    /// <summary>Completes an init or a join; the certificate must be for <see cref="NextKey"/>.</summary>
    public void Install(ClusterFile cluster, byte[] certificate, byte[] authority)
    {
        using var sealing = SealingKey();
        CertificateFile.Write(AuthorityPath, authority);
        CertificateFile.Write(CertificatePath, certificate);
        DurableFile.Write(ClusterPath, cluster.Write(), CertificateFile.Public);
        TakeUpNextKey();
    }

    /// <summary>Puts a renewed certificate, for <see cref="NextKey"/>, in the place of the old one.</summary>
    public void InstallRenewed(byte[] certificate)
    {
        CertificateFile.Write(CertificatePath, certificate);
        TakeUpNextKey();
    }

    /// <summary>Reads everything and checks that it belongs together.</summary>
    /// <exception cref="IdentityException">A file is missing, damaged, open to others, or of another cluster or node.</exception>
    public NodeIdentity Load()
    {
        var cluster = ClusterFile.Read(CertificateFile.ReadBytes(ClusterPath), ClusterPath);
        var authority = CertificateFile.Read(AuthorityPath);
        using var certificate = CertificateFile.Read(CertificatePath);
        using var key = FindKey(certificate);
        IdentityChecks.Require(cluster, certificate, authority, Path);
        var sealing = PrivateKeys.ReadAgreement(KeyFile.ReadKey(SealingKeyPath), SealingKeyPath);
        return new NodeIdentity(cluster, certificate.CopyWithPrivateKey(key), authority, sealing);
    }

    /// <summary>
    /// Ends this node's membership on its own disk. The copy, if one is asked for, leaves out custody: who left must not
    /// hold the authority's key.
    /// </summary>
    /// <exception cref="IdentityException">The place for the copy is taken.</exception>
    public void Wipe(string? keepCopyTo)
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        if (keepCopyTo is not null)
        {
            CopyTo(keepCopyTo);
        }

        // Without cluster.json it is no identity any more, whatever a crash leaves of the rest.
        DurableFile.Delete(ClusterPath);
        Custody.Drop();
        foreach (var file in Directory.GetFiles(Path))
        {
            DurableFile.Delete(file);
        }
    }

    private ECDsa FindKey(X509Certificate2 certificate)
    {
        if (File.Exists(KeyPath) && Matching(KeyPath, certificate) is { } key)
        {
            return key;
        }

        // A crash came after the certificate was written and before its key was renamed.
        if (File.Exists(NextKeyPath) && Matching(NextKeyPath, certificate) is { } next)
        {
            TakeUpNextKey();
            return next;
        }

        throw new IdentityException(
            $"No key in {Path} belongs to {CertificatePath}; restore both from one backup, or join again with a new token.");
    }

    private static ECDsa? Matching(string path, X509Certificate2 certificate)
    {
        var key = PrivateKeys.ReadSigning(KeyFile.ReadKey(path), path);
        if (PrivateKeys.Match(key, certificate))
        {
            return key;
        }

        key.Dispose();
        return null;
    }

    private void TakeUpNextKey() => DurableFile.Rename(NextKeyPath, KeyPath);

    private byte[] ReadOrMake(string file, Func<byte[]> make)
    {
        if (!File.Exists(file))
        {
            DurableFile.CreateFolder(Path);
            KeyFile.WriteKey(file, make());
        }

        return KeyFile.ReadKey(file);
    }

    private void CopyTo(string target)
    {
        if (Directory.Exists(target))
        {
            throw new IdentityException($"The identity cannot be kept in {target}: it exists already. Move it away first.");
        }

        DurableFile.CreateFolder(target);
        foreach (var file in Directory.GetFiles(Path))
        {
            var copy = System.IO.Path.Combine(target, System.IO.Path.GetFileName(file));
            DurableFile.Write(copy, File.ReadAllBytes(file), File.GetUnixFileMode(file));
        }
    }

    private static byte[] MakeSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    private static byte[] MakeAgreementKey()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

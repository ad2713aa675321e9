using Pryvd.Hosting;

namespace Pryvd.Peers.Identity;

/// <summary>identity/custody/, on voters only: the authority's key and the cluster's sealing key.</summary>
public sealed class CustodyFolder(string path)
{
    // Written last: where it is, the other one is too.
    private readonly string _sealingPath = Path.Combine(path, "cluster-sealing.key");
    private readonly string _authorityPath = Path.Combine(path, "ca.key");

    public bool Exists => File.Exists(_sealingPath);

    /// <summary>Keeps the keys, after making sure that they are those of this cluster.</summary>
    /// <exception cref="IdentityException">The authority's key is not the certificate's, or the sealing key is malformed.</exception>
    public void Store(CustodyKeys keys, byte[] authorityCertificate)
    {
        using var authority = ClusterAuthority.Load(authorityCertificate, keys.AuthorityKey);
        using var sealing = new ClusterSealing(keys.SealingKey);
        DurableFile.CreateFolder(path);
        KeyFile.WriteKey(_authorityPath, keys.AuthorityKey);
        KeyFile.Write(_sealingPath, keys.SealingKey);
    }

    /// <exception cref="IdentityException">A file is missing, damaged or open to others.</exception>
    public CustodyKeys Load() => new(KeyFile.ReadKey(_authorityPath), KeyFile.Read(_sealingPath));

    /// <summary>Forgets the keys: this node is no voter any more.</summary>
    public void Drop()
    {
        if (Directory.Exists(path))
        {
            DurableFile.Delete(_sealingPath);
            DurableFile.Delete(_authorityPath);
            Directory.Delete(path, recursive: true);
            DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
        }
    }
}

using Pryv.Consensus;

namespace Pryvd.Model.Rows;

/// <summary>The one row of table cluster.</summary>
public static class ClusterRow
{
    public const string Key = "cluster";

    public static byte[] Write(ClusterInfo cluster) => new CanonicalJson()
        .Text("id", cluster.Id)
        .Text("name", cluster.Name)
        .Number("epoch", cluster.Epoch.Value)
        .Number("cluster_version", cluster.ClusterVersion)
        .Bytes("authority_certificate", cluster.AuthorityCertificate)
        .Bytes("wrapped_keys", cluster.WrappedKeys)
        .Bytes("recovery_public_key", cluster.RecoveryPublicKey)
        .Number("former_dead_timeout_ms", cluster.FormerDeadTimeoutMs)
        .End();

    public static ClusterInfo Read(string json) => RowReader.Read(Key, json, row => new ClusterInfo
    {
        Id = row.Text("id"),
        Name = row.Text("name"),
        Epoch = new Epoch(row.Number("epoch")),
        ClusterVersion = row.Unsigned("cluster_version"),
        AuthorityCertificate = row.Bytes("authority_certificate"),
        WrappedKeys = row.Bytes("wrapped_keys"),
        RecoveryPublicKey = row.Bytes("recovery_public_key"),
        FormerDeadTimeoutMs = row.Int("former_dead_timeout_ms"),
    });
}

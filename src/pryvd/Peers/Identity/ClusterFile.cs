using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pryvd.Peers.Identity;

/// <summary>cluster.json: which cluster this node belongs to and as whom. It is written last, so its presence says that
/// all the rest of the identity is there.</summary>
public sealed record ClusterFile(
    [property: JsonRequired] string ClusterId,
    [property: JsonRequired] string ClusterName,
    [property: JsonRequired] string NodeId,
    [property: JsonRequired] string NodeName)
{
    [JsonIgnore]
    public CertifiedName Name => new(ClusterId, NodeId);

    public byte[] Write() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ClusterFileFormat.Default.ClusterFile), (byte)'\n'];

    /// <exception cref="IdentityException">It is not what <see cref="Write"/> wrote.</exception>
    public static ClusterFile Read(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(json, ClusterFileFormat.Default.ClusterFile);
            if (file is not null && CertifiedName.IsId(file.ClusterId) && CertifiedName.IsId(file.NodeId))
            {
                return file;
            }
        }
        catch (JsonException e)
        {
            throw new IdentityException($"{path} is damaged; restore it from a backup, or join again with a new token.", e);
        }

        throw new IdentityException($"{path} names no cluster and node; restore it from a backup, or join again with a new token.");
    }
}

/// <summary>Generated: to find out a type's form by reflection takes longer than all else that is done with the file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ClusterFile))]
internal sealed partial class ClusterFileFormat : JsonSerializerContext;

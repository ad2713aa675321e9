namespace Pryvd.Peers.Identity;

/// <summary>
/// Whom a certificate names: a node of a cluster. Both ids are 1 to 63 lower-case letters, digits and hyphens, as a DNS
/// label, since the node's id is also the certificate's DNS name.
/// </summary>
public sealed record CertifiedName
{
    private const string Scheme = "pryvd://";
    private const string NodePart = "/node/";
    private const string AuthorityPart = "/authority";
    private const int MaxIdLength = 63;

    /// <exception cref="ArgumentException">An id has characters or a length that a certificate cannot carry.</exception>
    public CertifiedName(string clusterId, string nodeId)
    {
        if (!IsId(clusterId) || !IsId(nodeId))
        {
            throw new ArgumentException(
                $"Cluster id '{clusterId}' or node id '{nodeId}' is not 1 to {MaxIdLength} lower-case letters, digits and hyphens.");
        }

        (ClusterId, NodeId) = (clusterId, nodeId);
    }

    public string ClusterId { get; }

    public string NodeId { get; }

    /// <summary>The form in the certificate's subject alternative name: pryvd://CLUSTER_ID/node/NODE_ID.</summary>
    public string Uri => $"{Scheme}{ClusterId}{NodePart}{NodeId}";

    /// <summary>The URI that an authority's own certificate carries: pryvd://CLUSTER_ID/authority.</summary>
    public static string AuthorityUri(string clusterId) => Scheme + clusterId + AuthorityPart;

    /// <summary>Reads <see cref="Uri"/>; null when the text is anything else.</summary>
    public static CertifiedName? Parse(string uri)
    {
        var parts = uri.StartsWith(Scheme, StringComparison.Ordinal) ? uri[Scheme.Length..].Split(NodePart) : [];
        return parts.Length == 2 && IsId(parts[0]) && IsId(parts[1]) ? new CertifiedName(parts[0], parts[1]) : null;
    }

    /// <summary>Reads the URI of an authority's certificate; null when the text is anything else.</summary>
    public static string? ParseAuthority(string uri)
    {
        var framed = uri.StartsWith(Scheme, StringComparison.Ordinal) && uri.EndsWith(AuthorityPart, StringComparison.Ordinal);
        var id = framed && uri.Length > Scheme.Length + AuthorityPart.Length ? uri[Scheme.Length..^AuthorityPart.Length] : "";
        return IsId(id) ? id : null;
    }

    public static bool IsId(string text) =>
        text.Length is > 0 and <= MaxIdLength
        && text[0] != '-' && text[^1] != '-'
        && text.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'));

    public override string ToString() => Uri;
}

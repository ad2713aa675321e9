namespace Pryvd.Peers.Identity;

/// <summary>The result of looking at a peer's certificate.</summary>
/// <param name="Name">Whom it names; null when it was not trusted far enough to say.</param>
/// <param name="Serial">Serial number in lower-case hexadecimal, for the log and for revoking.</param>
/// <param name="Reason">One sentence for the log: what was found, and what to do.</param>
public sealed record PeerCheck(PeerVerdict Verdict, CertifiedName? Name, string? Serial, string Reason)
{
    /// <summary>May call everything that members may.</summary>
    public bool IsMember => Verdict == PeerVerdict.Accepted;

    /// <summary>May ask for a new certificate for itself.</summary>
    public bool MayRenew => Verdict is PeerVerdict.Accepted or PeerVerdict.Expired;
}

using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>A certificate that must not be accepted again.</summary>
public sealed record RevokedCertificate(string Serial, string Node, string Why, long NotAfterMs, LogIndex Index);

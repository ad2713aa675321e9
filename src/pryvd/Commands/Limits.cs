namespace Pryvd.Commands;

/// <summary>
/// What one command and the state as a whole may hold. They decide what is refused, so they may change only behind a newer
/// cluster version.
/// </summary>
public static class Limits
{
    /// <summary>Bytes of one command as proposed.</summary>
    public const int CommandBytes = 4 << 20;

    /// <summary>Bytes of one variable's value in UTF-8, or of its sealed form.</summary>
    public const int ValueBytes = 1 << 20;

    public const int JsonDepth = 48;

    public const int WritesInCommand = 1_024;

    public const int Vars = 100_000;

    /// <summary>Bytes that all current values may hold in memory.</summary>
    public const long VarBytes = 512L << 20;

    /// <summary>Deleted variables that are remembered with their history.</summary>
    public const int DeletedVars = 1_000;

    public const int Nodes = 10_000;

    public const int GoneNodes = 1_000;

    public const int CommissionedNames = 20_000;

    public const int Tokens = 1_000;

    public const int RevokedCertificates = 20_000;

    public const int Components = 1_000;

    /// <summary>Of all components together.</summary>
    public const int Instances = 20_000;

    /// <summary>Removed components whose versions are remembered.</summary>
    public const int DeletedComponents = 1_000;

    public const int DecisionsInCommand = 1_024;

    public const int StatusesInCommand = 4_096;

    /// <summary>Why an instance is where it is, and what its node says of it.</summary>
    public const int ReasonCharacters = 500;

    public const long MaxGraceMs = 3_600_000;

    public const int CauseCharacters = 1_024;

    /// <summary>Longer values stand in an event as their size and hash.</summary>
    public const int EventValueCharacters = 4_096;

    public const int AddressCharacters = 300;

    public const int BlobBytes = 64 << 10;

    /// <summary>The end of the year 9999; no clock that works says more.</summary>
    public const long MaxTimeMs = 253_402_300_799_999;

    public const long TokenMaxLifeMs = 30L * 24 * 3_600 * 1_000;

    /// <summary>How many rows of each kind one command prunes at most.</summary>
    public const int PrunedEvents = 64;

    public const int PrunedRequests = 8;

    public const int PrunedVersions = 64;

    /// <summary>For how many entries the reply to a request is kept.</summary>
    public const long KeptRequests = 1_000_000;
}

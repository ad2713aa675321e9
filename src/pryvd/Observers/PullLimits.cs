namespace Pryvd.Observers;

/// <summary>The bounds of a pull.</summary>
internal static class PullLimits
{
    /// <summary>Entries of one frame, in bytes; one entry may be larger.</summary>
    public const int BatchBytes = 256 << 10;

    public const int ChunkBytes = 256 << 10;

    /// <summary>Frames on the way that a slow child has not taken; after this its stream ends.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How often an upstream says that it is there.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>An upstream that says nothing for this long is dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>An upstream whose own news are older than this is cut off or slow: another may be better.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    /// <summary>Deeper than any planned tree: who finds itself there waits for a better upstream.</summary>
    public const int MaxDepth = 12;

    /// <summary>How many other upstreams a refusal names.</summary>
    public const int Alternatives = 8;

    /// <summary>The trailer that names them, as ID@ADDRESS,…</summary>
    public const string AlternativesTrailer = "pryvd-upstreams";
}

namespace Simulation.Observers;

/// <summary>
/// What messages weigh, in bytes on the wire without TLS and HTTP/2 framing. Upper bounds of what the daemon's messages
/// encode to; a test of the daemon holds them to that.
/// </summary>
internal static class Costs
{
    /// <summary>A command of a 256-byte value with its envelope, as one entry.</summary>
    public const int Entry = 420;

    /// <summary>What an upstream says of itself with each frame.</summary>
    public const int Standing = 80;

    public const int PullRequest = 60;

    public const int Report = 16;

    public const int CollectRequest = 10;

    public const int CollectReply = 12;

    /// <summary>One observer whose standing changed, in a reply.</summary>
    public const int ObserverLine = 32;

    /// <summary>A Raft message without entries.</summary>
    public const int RaftMessage = 64;
}

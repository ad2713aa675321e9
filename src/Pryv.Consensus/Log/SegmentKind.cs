namespace Pryv.Consensus.Log;

/// <summary>Why a segment was begun.</summary>
internal enum SegmentKind : byte
{
    /// <summary>It goes on where the one before it ends, or cuts it at its base.</summary>
    Continue = 1,

    /// <summary>It begins the log; whatever segments come before it are void.</summary>
    Start = 2,

    /// <summary>It goes on as <see cref="Continue"/> does, under a new identity of a higher epoch.</summary>
    Rebase = 3,
}

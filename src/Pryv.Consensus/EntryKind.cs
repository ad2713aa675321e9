namespace Pryv.Consensus;

/// <summary>What an entry's data is.</summary>
public enum EntryKind : byte
{
    /// <summary>Empty; a new leader appends one to commit what earlier terms left (Raft, section 8).</summary>
    Noop = 0,

    /// <summary>A command for the state machine.</summary>
    Command = 1,

    /// <summary>A membership configuration, see <c>Membership.Configuration</c>.</summary>
    Configuration = 2,
}

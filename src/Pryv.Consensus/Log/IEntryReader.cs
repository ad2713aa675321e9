namespace Pryv.Consensus.Log;

/// <summary>Reads entries that are in the log's files. Its user asks only for what lies in [First, Last].</summary>
public interface IEntryReader
{
    /// <summary>Index of the first entry held; one past the base while there is none.</summary>
    LogIndex First { get; }

    /// <summary>Index of the last entry held; the base's index while there is none.</summary>
    LogIndex Last { get; }

    /// <summary>The term of an entry in [First - 1, Last].</summary>
    Term TermAt(LogIndex index);

    /// <summary>Entries from <paramref name="first"/> to at most <paramref name="last"/>, at least one, then as many as fit in <paramref name="maxBytes"/>.</summary>
    IReadOnlyList<Entry> Read(LogIndex first, LogIndex last, int maxBytes);
}

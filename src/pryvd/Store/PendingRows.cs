using Pryv.Consensus;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>The rows of some applied entries, on their way to the disk in one transaction. The newest change of a key counts.</summary>
internal sealed class PendingRows
{
    private const int BytesOfChange = 256;

    private readonly Dictionary<string, RowChange>[] _tables = [.. Schema.Tables.Select(_ => new Dictionary<string, RowChange>(StringComparer.Ordinal))];

    /// <summary>How far the state is with these rows; null while there are none.</summary>
    public Progress? Progress { get; private set; }

    /// <summary>What they hold of memory, about.</summary>
    public long Bytes { get; private set; }

    public void Add(IReadOnlyList<RowChange> changes, Progress progress, int entryBytes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            Add(changes[i]);
        }

        Progress = progress;
        Bytes += (2 * entryBytes) + (changes.Count * BytesOfChange);
    }

    public bool TryFind(Table table, string key, out RowChange change) => _tables[(int)table].TryGetValue(key, out change);

    /// <summary>In the order of their keys, so that neighbours on the disk are written together.</summary>
    public RowChange[] Of(Table table)
    {
        var changes = _tables[(int)table].Values.ToArray();
        Array.Sort(changes, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return changes;
    }

    /// <summary>What a repeated request may still ask for, once all is on the disk.</summary>
    public PendingRows OnlyRequests()
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            if (i != (int)Table.Requests)
            {
                _tables[i] = [];
            }
        }

        return this;
    }

    /// <summary>A key is new while the disk has no row of it: a new row that goes before it was written never was, but one that comes back replaces what the disk has.</summary>
    private void Add(in RowChange change)
    {
        var table = _tables[(int)change.Table];
        if (!table.TryGetValue(change.Key, out var before))
        {
            table[change.Key] = change;
        }
        else if (before.IsNew && change.Content is null)
        {
            table.Remove(change.Key);
        }
        else
        {
            table[change.Key] = change with { IsNew = before.IsNew };
        }
    }
}

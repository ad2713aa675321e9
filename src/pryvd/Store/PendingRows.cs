using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>The rows of some applied entries, on their way to the disk in one transaction. The newest change of a key counts.</summary>
internal sealed class PendingRows(BlockPool pool)
{
    private readonly TableRows[] _tables = [.. Schema.Tables.Select(table => new TableRows(table, pool))];
    private readonly CanonicalJson _scratch = new();

    /// <summary>How far the state is with these rows; null while there are none.</summary>
    public Progress? Progress { get; private set; }

    /// <summary>What they hold of memory, in bytes.</summary>
    public long Bytes { get; private set; }

    public void Add(IReadOnlyList<RowChange> changes, Progress progress)
    {
        RowContent? written = null;
        ReadOnlySpan<byte> value = default;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.Content is { } content && content != written)
            {
                value = content.Write(_scratch);
                written = content;
            }

            var rows = Of(change.Table);
            var before = rows.Bytes;
            rows.Add(change.Key, change.Content is null ? default : value, change.Content is null, change.IsNew);
            Bytes += rows.Bytes - before;
        }

        Progress = progress;
    }

    public TableRows Of(Table table) => _tables[(int)table];

    /// <summary>What a repeated request may still ask for, once all is on the disk.</summary>
    public PendingRows OnlyRequests()
    {
        foreach (var table in Schema.Tables.Where(table => table != Table.Requests))
        {
            Of(table).Clear();
        }

        return this;
    }

    /// <summary>Lets go of what is kept ready for more rows.</summary>
    public void Trim() => Array.ForEach(_tables, rows => rows.Trim());

    /// <summary>Nothing is asked of these rows any more.</summary>
    public void Clear()
    {
        Array.ForEach(_tables, rows => rows.Clear());
        (Progress, Bytes) = (null, 0);
    }
}

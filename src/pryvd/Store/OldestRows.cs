namespace Pryvd.Store;

/// <summary>
/// The oldest rows of a table, read ahead in pages, so that looking at them before each command costs nothing. What is added
/// to the table is taken in where it belongs among those known, so that every node sees the same oldest rows whatever it
/// read ahead.
/// </summary>
/// <param name="page">Rows with keys after a key, in their order, <see cref="PageSize"/> at most.</param>
internal sealed class OldestRows<T>(Func<string, List<(string Key, T Item)>> page)
{
    public const int PageSize = 4_096;

    private readonly LinkedList<(string Key, T Item)> _ahead = new();
    private string _last = "";
    private bool _isWhole;

    /// <summary>The oldest first; rows are only read as far as they are taken.</summary>
    public IEnumerable<T> Items()
    {
        for (var node = _ahead.First ?? ReadPage(); node is not null; node = node.Next ?? ReadPage())
        {
            yield return node.Value.Item;
        }
    }

    public void Added(string key, T item)
    {
        if (string.CompareOrdinal(key, _last) > 0)
        {
            // Rows after the last known one are read when they are needed, once there are many.
            _isWhole &= _ahead.Count < PageSize;
            if (!_isWhole)
            {
                return;
            }

            _last = key;
        }

        var before = _ahead.Last;
        while (before is not null && string.CompareOrdinal(before.Value.Key, key) > 0)
        {
            before = before.Previous;
        }

        if (before is null)
        {
            _ahead.AddFirst((key, item));
        }
        else
        {
            _ahead.AddAfter(before, (key, item));
        }
    }

    /// <summary>To be told of every row of the table that is deleted, the oldest first.</summary>
    public void Deleted(string key)
    {
        if (_ahead.First?.Value.Key == key)
        {
            _ahead.RemoveFirst();
        }
    }

    /// <summary>Reads the rows after those known; the first of them, or null when there are none.</summary>
    private LinkedListNode<(string Key, T Item)>? ReadPage()
    {
        if (_isWhole)
        {
            return null;
        }

        var before = _ahead.Last;
        var rows = page(_last);
        foreach (var row in rows)
        {
            _ahead.AddLast(row);
            _last = row.Key;
        }

        _isWhole = rows.Count < PageSize;
        return before is null ? _ahead.First : before.Next;
    }
}

namespace Pryvd.Store;

/// <summary>The oldest rows of a table, read ahead in pieces, so that looking at them before each command costs nothing.</summary>
internal sealed class OldestRows<T>(Statement pageAfter, Func<Statement, T> read)
{
    private readonly LinkedList<(string Key, T Item)> _ahead = new();

    private string _last = "";

    public static string PageAfter(string columns, string table) =>
        $"SELECT {columns} FROM {table} WHERE key > ?1 ORDER BY key LIMIT 256";

    public IEnumerable<T> Items()
    {
        for (var node = _ahead.First ?? ReadPage(); node is not null; node = node.Next ?? ReadPage())
        {
            yield return node.Value.Item;
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
        var before = _ahead.Last;
        pageAfter.Bind(1, _last);
        while (pageAfter.Step())
        {
            _last = pageAfter.Text(0);
            _ahead.AddLast((_last, read(pageAfter)));
        }

        return before is null ? _ahead.First : before.Next;
    }
}

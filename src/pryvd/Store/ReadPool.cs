using System.Collections.Concurrent;

namespace Pryvd.Store;

/// <summary>A bounded number of connections for reading beside the writer.</summary>
internal sealed class ReadPool(string firstPath) : IDisposable
{
    private const int Size = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim places = new(Size);
    private readonly ConcurrentBag<Database> idle = [];
    private volatile string path = firstPath;
    private volatile bool closed;

    /// <summary>Runs a read on a connection that nobody else uses meanwhile.</summary>
    public T Use<T>(Func<Database, T> read)
    {
        if (!places.Wait(Patience))
        {
            throw new TimeoutException($"all {Size} connections to {path} were busy for {Patience.TotalSeconds:0} s; ask again later");
        }

        Database? database = null;
        try
        {
            database = Take();
            return read(database);
        }
        finally
        {
            Return(database);
            places.Release();
        }
    }

    /// <summary>From now on another file is read; connections to the old one are closed as they come back.</summary>
    public void Switch(string newPath)
    {
        path = newPath;
        Drain();
    }

    public void Dispose()
    {
        closed = true;
        Drain();
    }

    private Database Take()
    {
        while (idle.TryTake(out var known))
        {
            if (known.Path == path)
            {
                return known;
            }

            known.Dispose();
        }

        var database = Database.Open(path, DatabaseMode.ReadWrite);
        database.Execute("PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA cell_size_check = ON; PRAGMA wal_autocheckpoint = 0");
        return database;
    }

    private void Return(Database? database)
    {
        if (database is not null)
        {
            idle.Add(database);
        }

        if (closed || database?.Path != path)
        {
            Drain();
        }
    }

    private void Drain()
    {
        while (idle.TryTake(out var database))
        {
            database.Dispose();
        }
    }
}

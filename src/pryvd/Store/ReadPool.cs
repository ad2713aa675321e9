using System.Collections.Concurrent;

namespace Pryvd.Store;

/// <summary>A bounded number of connections for reading beside the writer.</summary>
internal sealed class ReadPool(string firstPath) : IDisposable
{
    /// <summary>What every connection that only reads is set to.</summary>
    public const string Settings = "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA cell_size_check = ON; PRAGMA wal_autocheckpoint = 0";

    private const int Size = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _places = new(Size);
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile string _path = firstPath;
    private volatile bool _closed;

    /// <summary>Runs a read on a connection that nobody else uses meanwhile.</summary>
    public T Use<T>(Func<Database, T> read)
    {
        if (!_places.Wait(Patience))
        {
            throw new TimeoutException($"all {Size} connections to {_path} were busy for {Patience.TotalSeconds:0} s; ask again later");
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
            _places.Release();
        }
    }

    /// <summary>From now on another file is read; connections to the old one are closed as they come back.</summary>
    public void Switch(string newPath)
    {
        _path = newPath;
        Drain();
    }

    /// <summary>Lets go of the pages that idle connections keep; returns how many bytes they were.</summary>
    public long Trim()
    {
        var taken = new List<Database>();
        try
        {
            while (_places.Wait(0))
            {
                if (!_idle.TryTake(out var database))
                {
                    _places.Release();
                    break;
                }

                taken.Add(database);
            }

            return taken.Sum(database => database.Trim());
        }
        finally
        {
            taken.ForEach(Return);
            if (taken.Count > 0)
            {
                _places.Release(taken.Count);
            }
        }
    }

    public void Dispose()
    {
        _closed = true;
        Drain();
    }

    private Database Take()
    {
        while (_idle.TryTake(out var known))
        {
            if (known.Path == _path)
            {
                return known;
            }

            known.Dispose();
        }

        var database = Database.Open(_path, DatabaseMode.ReadWrite);
        database.Execute(Settings);
        return database;
    }

    private void Return(Database? database)
    {
        if (database is not null)
        {
            _idle.Add(database);
        }

        if (_closed || database?.Path != _path)
        {
            Drain();
        }
    }

    private void Drain()
    {
        while (_idle.TryTake(out var database))
        {
            database.Dispose();
        }
    }
}

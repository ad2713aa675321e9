using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Puts and deletes rows, and keeps the digest in step. The one way in which replicated rows change.</summary>
internal sealed class RowWriter
{
    private readonly RowStatements[] _statements;
    private readonly RowHasher _hasher = new();
    private readonly CanonicalJson _scratch = new();

    public RowWriter(Database database) =>
        _statements = [.. Schema.Tables.Select(table => new RowStatements(database, Schema.NameOf(table)))];

    /// <summary>Bytes of keys and values written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Applies the change and returns the digest after it.</summary>
    public MultisetHash Apply(in RowChange change, MultisetHash digest)
    {
        var table = _statements[(int)change.Table];
        if (!change.IsNew)
        {
            digest = WithoutOld(table, change, digest);
        }

        if (change.Content is not { } content)
        {
            table.Delete.Bind(1, change.Key).Run();
            Bytes += change.Key.Length;
            return digest;
        }

        var value = content.Write(_scratch);
        (change.IsNew ? table.Insert : table.Put).Bind(1, change.Key).BindUtf8(2, value).Run();
        Bytes += change.Key.Length + value.Length;
        return digest.Add(_hasher.Hash(change.Table, change.Key, value));
    }

    private MultisetHash WithoutOld(RowStatements table, in RowChange change, MultisetHash digest)
    {
        if (!table.Get.Bind(1, change.Key).Step())
        {
            return digest;
        }

        digest = digest.Remove(_hasher.Hash(change.Table, change.Key, table.Get.Utf8(0)));
        table.Get.Reset();
        return digest;
    }

    private sealed class RowStatements(Database database, string table)
    {
        public Statement Get { get; } = database.Prepare($"SELECT value FROM {table} WHERE key = ?1");

        /// <summary>Fails when the key is there: that it is not is known.</summary>
        public Statement Insert { get; } = database.Prepare($"INSERT INTO {table} (key, value) VALUES (?1, ?2)");

        public Statement Put { get; } = database.Prepare($"INSERT OR REPLACE INTO {table} (key, value) VALUES (?1, ?2)");

        public Statement Delete { get; } = database.Prepare($"DELETE FROM {table} WHERE key = ?1");
    }
}

using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Puts and deletes rows, and keeps the digest in step. The one way in which replicated rows change.</summary>
internal sealed class RowWriter
{
    private readonly RowStatements[] _statements;
    private readonly RowHasher _hasher = new();

    public RowWriter(Database database) =>
        _statements = [.. Schema.Tables.Select(table => new RowStatements(database, Schema.NameOf(table)))];

    /// <summary>Bytes of keys and values written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Applies the change and returns the digest after it.</summary>
    public MultisetHash Apply(Table table, in PendingRow row, MultisetHash digest)
    {
        var statements = _statements[(int)table];
        Bytes += row.Key.Length + row.Value.Length;
        if (!row.IsNew)
        {
            digest = WithoutOld(statements, row, digest);
        }

        if (row.IsDeleted)
        {
            statements.Delete.BindUtf8(1, row.Key).Run();
            return digest;
        }

        (row.IsNew ? statements.Insert : statements.Put).BindUtf8(1, row.Key).BindUtf8(2, row.Value).Run();
        return digest.Add(_hasher.Hash(row.Bytes));
    }

    private MultisetHash WithoutOld(RowStatements statements, in PendingRow row, MultisetHash digest)
    {
        if (!statements.Get.BindUtf8(1, row.Key).Step())
        {
            return digest;
        }

        digest = digest.Remove(_hasher.Hash(row.Head, statements.Get.Utf8(0)));
        statements.Get.Reset();
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

using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Computes the digest from the rows themselves.</summary>
internal static class DigestCheck
{
    public static MultisetHash Recompute(Database database)
    {
        var hasher = new RowHasher();
        return Schema.Tables.Aggregate(default(MultisetHash), (digest, table) => Recompute(database, table, hasher, digest));
    }

    private static MultisetHash Recompute(Database database, Table table, RowHasher hasher, MultisetHash digest)
    {
        using var rows = database.PrepareOnce($"SELECT key, value FROM {Schema.NameOf(table)}");
        while (rows.Step())
        {
            digest = digest.Add(hasher.Hash(table, rows.Text(0), rows.Utf8(1)));
        }

        return digest;
    }
}

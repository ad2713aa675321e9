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

    /// <summary>One look at rows and digest of the same moment, whoever writes meanwhile.</summary>
    /// <exception cref="StoreException">They do not belong together.</exception>
    public static bool Require(Database database, string path)
    {
        database.Execute("BEGIN");
        try
        {
            var (written, found) = (AppliedRow.Read(database).Digest, Recompute(database));
            return written == found ? true : throw new StoreException(
                $"{path} is damaged: its rows have digest {found}, they were written with {written}. Nothing more is answered from it. "
                + "Look at the disk, delete the node's data folder except identity/, and it restores itself from its peers.");
        }
        finally
        {
            database.Execute("ROLLBACK");
        }
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

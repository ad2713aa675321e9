using System.Collections.Immutable;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Reads from disk what is held in memory.</summary>
internal static class StateLoader
{
    public static ClusterState Load(Database database, AppliedRow applied)
    {
        var vars = Rows(database, Table.Vars, VarRow.Read).Aggregate(VarTable.Empty, (table, item) => table.Put(item));
        return ClusterState.Empty with
        {
            Cluster = Rows(database, Table.Cluster, (_, json) => ClusterRow.Read(json)).SingleOrDefault(),
            Nodes = Rows(database, Table.Nodes, NodeRow.Read).Aggregate(NodeTable.Empty, (table, node) => table.Put(node)),
            Vars = vars,
            Settings = Settings.From(vars),
            Tokens = ByKey(Rows(database, Table.Tokens, TokenRow.Read), token => token.Id),
            Revoked = ByKey(Rows(database, Table.Revoked, RevokedRow.Read), revoked => revoked.Serial),
            Commissioned = ByKey(Rows(database, Table.Commissioned, CommissionedRow.Read), name => name.Name),
            TimeMs = applied.TimeMs,
            EventsPrunedTo = applied.EventsPrunedTo,
        };
    }

    private static IEnumerable<T> Rows<T>(Database database, Table table, Func<string, string, T> read)
    {
        using var rows = database.PrepareOnce($"SELECT key, value FROM {Schema.NameOf(table)} ORDER BY key");
        while (rows.Step())
        {
            yield return read(rows.Text(0), rows.Text(1));
        }
    }

    private static ImmutableSortedDictionary<string, T> ByKey<T>(IEnumerable<T> items, Func<T, string> key) =>
        items.ToImmutableSortedDictionary(key, item => item, StringComparer.Ordinal);
}

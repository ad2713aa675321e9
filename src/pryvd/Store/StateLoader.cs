using System.Collections.Immutable;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Reads from disk what is held in memory.</summary>
internal static class StateLoader
{
    /// <param name="readVars">How variables are read when they are first asked for.</param>
    public static ClusterState Load(Database database, Progress progress, Func<VarRows, IReadOnlyList<ExtraVar>> readVars)
    {
        var vars = VarTable.From(new VarLoader(database, readVars).Runs());
        return ClusterState.Empty with
        {
            Cluster = Rows(database, Table.Cluster, (_, json) => ClusterRow.Read(json)).SingleOrDefault(),
            Nodes = Rows(database, Table.Nodes, NodeRow.Read).Aggregate(NodeTable.Empty, (table, node) => table.Put(node)),
            Vars = vars,
            Settings = Settings.From(vars),
            Tokens = ByKey(Rows(database, Table.Tokens, TokenRow.Read), token => token.Id),
            Revoked = ByKey(Rows(database, Table.Revoked, RevokedRow.Read), revoked => revoked.Serial),
            Commissioned = ByKey(Rows(database, Table.Commissioned, CommissionedRow.Read), name => name.Name),
            Running = LoadRunning(database),
            TimeMs = progress.TimeMs,
            EventsPrunedTo = progress.EventsPrunedTo,
        };
    }

    private static ComponentTables LoadRunning(Database database)
    {
        var components = ByKey(Rows(database, Table.Components, ComponentRow.Read), component => component.Name);
        var olderSpecs = Rows(database, Table.Specs, SpecRow.Read).ToDictionary(StringComparer.Ordinal);
        return new ComponentTables
        {
            Components = components,
            Deleted = ByKey(Rows(database, Table.DeletedComponents, DeletedComponentRow.Read), deleted => deleted.Name),
            Assignments = Rows(database, Table.Assignments, (key, json) => AssignmentRow.Read(key, json, SpecOf))
                .Aggregate(AssignmentTable.Empty, (table, item) => table.Put(item)),
            Statuses = Rows(database, Table.InstanceStatuses, InstanceStatusRow.Read).ToImmutableSortedDictionary(status => status.Instance, status => status),
            Graces = Rows(database, Table.Graces, GraceRow.Read).ToImmutableDictionary(),
        };

        ComponentSpec SpecOf(string component, long version)
        {
            if (components.TryGetValue(component, out var present) && present.Version == version)
            {
                return present.Spec;
            }

            return olderSpecs.GetValueOrDefault(SpecRow.Key(component, version)) ?? throw new FormatException($"there is no spec {version} of {component}");
        }
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

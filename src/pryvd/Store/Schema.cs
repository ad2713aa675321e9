using Pryvd.Commands;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>The tables of state.db. All replicated ones have the same form, so that writing, digest and snapshot are one way for all.</summary>
internal static class Schema
{
    /// <summary>"pryv", so that <c>file</c> and other tools know it.</summary>
    public const int ApplicationId = 0x70727976;

    public const int Version = 1;

    public static readonly IReadOnlyList<Table> Tables = Enum.GetValues<Table>();

    private static readonly Dictionary<Table, string> Names = new()
    {
        [Table.Cluster] = "cluster",
        [Table.Nodes] = "nodes",
        [Table.NodeHistory] = "node_history",
        [Table.Vars] = "vars",
        [Table.VarHistory] = "var_history",
        [Table.Tokens] = "tokens",
        [Table.Revoked] = "revoked",
        [Table.Commissioned] = "commissioned",
        [Table.Events] = "events",
        [Table.Requests] = "requests",
        [Table.Components] = "components",
        [Table.DeletedComponents] = "deleted_components",
        [Table.Specs] = "specs",
        [Table.Assignments] = "assignments",
        [Table.InstanceStatuses] = "instance_statuses",
        [Table.Graces] = "graces",
    };

    /// <summary>Views for people with <c>sqlite3 state.db</c>; the daemon does not use them. Secrets are sealed in the tables, masked here.</summary>
    private const string Views = """
        CREATE VIEW var_list AS SELECT json_extract(value, '$.scope') AS scope, json_extract(value, '$.key') AS key,
          json_extract(value, '$.version') AS version,
          CASE WHEN json_extract(value, '$.sealed') = '' THEN json_extract(value, '$.json') ELSE '***' END AS value,
          datetime(json_extract(value, '$.time_ms') / 1000, 'unixepoch') AS time FROM vars WHERE NOT json_extract(value, '$.deleted');
        CREATE VIEW node_list AS SELECT json_extract(value, '$.name') AS name, key AS id, json_extract(value, '$.state') AS state,
          json_extract(value, '$.role') AS role, json_extract(value, '$.address') AS address, json_extract(value, '$.member') AS member,
          json_extract(value, '$.group') AS node_group, json_extract(value, '$.datacenter') AS datacenter FROM nodes;
        CREATE VIEW token_list AS SELECT key AS id, json_extract(value, '$.role') AS role, json_extract(value, '$.used_by_name') AS used_by,
          json_extract(value, '$.revoked') AS revoked, datetime(json_extract(value, '$.expires_ms') / 1000, 'unixepoch') AS expires FROM tokens;
        CREATE VIEW event_list AS SELECT json_extract(value, '$.position') AS position,
          datetime(json_extract(value, '$.time_ms') / 1000, 'unixepoch') AS time, json_extract(value, '$.kind') AS kind,
          json_extract(value, '$.subject') AS subject, json_extract(value, '$.old') AS old, json_extract(value, '$.new') AS new,
          json_extract(value, '$.cause') AS cause FROM events;
        CREATE VIEW component_list AS SELECT key AS name, json_extract(value, '$.version') AS version, json_extract(value, '$.spec.count') AS count,
          json_extract(value, '$.stopped') AS stopped, json_extract(value, '$.deleting') AS deleting, json_extract(value, '$.spec.home') AS home,
          (SELECT count(*) FROM assignments a WHERE a.key LIKE c.key || '/%') AS placed FROM components c;
        CREATE VIEW instance_list AS SELECT a.key AS instance, json_extract(n.value, '$.name') AS node,
          CASE WHEN json_extract(s.value, '$.generation') = json_extract(a.value, '$.generation') THEN json_extract(s.value, '$.state') ELSE 'pending' END AS state,
          json_extract(a.value, '$.wanted') AS wanted, json_extract(a.value, '$.generation') AS generation,
          json_extract(a.value, '$.spec_version') AS spec_version, json_extract(a.value, '$.ports') AS ports,
          json_extract(a.value, '$.reason') AS reason, json_extract(s.value, '$.detail') AS detail
          FROM assignments a LEFT JOIN nodes n ON n.key = json_extract(a.value, '$.node') LEFT JOIN instance_statuses s ON s.key = a.key;
        """;

    public static string NameOf(Table table) => Names[table];

    /// <summary>
    /// Rows lie on the disk in the order of their keys, but for histories: of those, rows of one time would each lie on another page, so
    /// they lie in the order in which they came, and an index over the keys finds them.
    /// </summary>
    private static string OrderOf(Table table) => table is Table.VarHistory or Table.NodeHistory ? "" : "WITHOUT ROWID";

    public static void Create(Database database)
    {
        database.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}");
        foreach (var table in Tables)
        {
            database.Execute($"CREATE TABLE {NameOf(table)} (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) {OrderOf(table)}");
        }

        database.Execute(Views);
        AppliedRow.Create(database);
    }

    /// <summary>Refuses a file that is not ours, or that a newer version wrote.</summary>
    public static void Check(Database database)
    {
        var application = database.ReadNumber("PRAGMA application_id");
        if (application != ApplicationId)
        {
            throw new StoreException($"{database.Path} is not a state database of pryvd (its application id is {application}); put the right file there, or remove it and let the node rejoin");
        }

        var version = database.ReadNumber("PRAGMA user_version");
        if (version > Version)
        {
            throw Newer(database.Path, $"its schema is {version}, this build knows {Version}");
        }
    }

    public static void CheckClusterVersion(string path, uint? clusterVersion)
    {
        if (clusterVersion > CommandVersions.Known)
        {
            throw Newer(path, $"the cluster uses command set {clusterVersion}, this build knows {CommandVersions.Known}");
        }
    }

    private static StoreException Newer(string path, string what) =>
        new($"{path} was written by a newer version of pryvd: {what}. Nothing was changed; install the version that the other nodes run.");
}

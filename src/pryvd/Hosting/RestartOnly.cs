namespace Pryvd.Hosting;

/// <summary>The settings that a running daemon does not take up: all but the log's level.</summary>
internal static class RestartOnly
{
    private static readonly IReadOnlyList<(string Key, Func<DaemonOptions, string?> Value)> Settings =
    [
        ("data_dir", o => o.DataDir),
        ("identity_dir", o => o.IdentityDir),
        ("socket", o => o.Socket),
        ("socket_group", o => o.SocketGroup),
        ("listen", o => o.Listen.ToString()),
        ("advertise", o => o.Advertise?.ToString()),
        ("name", o => o.Name),
        ("datacenter", o => o.Datacenter),
        ("group", o => o.Group),
        ("tags", o => string.Join(',', o.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))),
        ("log_format", o => o.LogFormat.ToString()),
        ("peers", o => string.Join(',', o.Peers)),
        ("token_file", o => o.TokenFile),
        ("tag_plugins", o => o.TagPlugins),
        ("artifact_space_mb", o => $"{o.ArtifactSpaceMb}"),
    ];

    public static IEnumerable<string> Keys => Settings.Select(setting => setting.Key);

    /// <summary>Keys of those that differ.</summary>
    public static IReadOnlyList<string> Changed(DaemonOptions running, DaemonOptions read) =>
        [.. Settings.Where(setting => setting.Value(running) != setting.Value(read)).Select(setting => setting.Key)];
}

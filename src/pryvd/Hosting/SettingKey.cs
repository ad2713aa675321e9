namespace Pryvd.Hosting;

/// <summary>One setting: its key in the file, from which flag and variable follow.</summary>
/// <param name="Key">As in the file, for example data_dir.</param>
/// <param name="Shape">One value or many.</param>
/// <param name="Help">One line for --help.</param>
/// <param name="FlagName">Where the flag is not the key with hyphens: one tag, one peer.</param>
public sealed record SettingKey(string Key, SettingShape Shape, string Help, string? FlagName = null)
{
    public static readonly IReadOnlyList<SettingKey> All =
    [
        new("data_dir", SettingShape.Path, "folder of this node's state (default /var/lib/pryvd)"),
        new("identity_dir", SettingShape.Path, "folder of keys and certificates (default identity/ in the data folder)"),
        new("socket", SettingShape.Path, "the local socket (default /run/pryvd/pryvd.sock)"),
        new("socket_group", SettingShape.Text, "group that may use the socket (default pryvd where it exists)"),
        new("listen", SettingShape.Text, "IP:PORT of the peer port (default 0.0.0.0:7411)"),
        new("advertise", SettingShape.Text, "HOST[:PORT] under which peers reach this node (default found out)"),
        new("name", SettingShape.Text, "name of this node (default the host name)"),
        new("datacenter", SettingShape.Text, "datacenter of this node (default 'default')"),
        new("group", SettingShape.Text, "host-group of this node (default 'default')"),
        new("tags", SettingShape.Map, "tags that components may ask for", "tag"),
        new("log_level", SettingShape.Text, "trace, debug, info, warning or error (default info)"),
        new("log_format", SettingShape.Text, "auto, text or json (default auto: text on a terminal)"),
        new("peers", SettingShape.List, "HOST[:PORT] of members to join by itself", "peer"),
        new("token_file", SettingShape.Path, "file with the join token for that"),
        new("tag_plugins", SettingShape.Path, "folder of executables that print tags of this node (default /etc/pryvd/tags.d)"),
        new("artifact_space_mb", SettingShape.Text, "space for artifacts of components, in MB (default 10240)"),
    ];

    public string Flag => "--" + (FlagName ?? Key.Replace('_', '-'));

    public string Variable => "PRYVD_" + Key.ToUpperInvariant();
}

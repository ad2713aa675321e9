namespace Pryvd.Hosting;

/// <summary>How a setting is written in the file.</summary>
public enum SettingShape
{
    /// <summary>One value.</summary>
    Text,

    /// <summary>One value that names a file or folder; on the command line it may be relative.</summary>
    Path,

    /// <summary>A list of values; a flag that may be repeated; commas in the environment.</summary>
    List,

    /// <summary>Names with values; NAME=VALUE in a flag that may be repeated; commas in the environment.</summary>
    Map,
}

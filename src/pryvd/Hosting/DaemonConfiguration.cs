namespace Pryvd.Hosting;

/// <summary>Gathers the settings of all sources and has them judged: flag before variable before file before default.</summary>
public static class DaemonConfiguration
{
    private const string ConfigVariable = "PRYVD_CONFIG";

    /// <summary>Loads the daemon's options.</summary>
    /// <param name="configFile">From --config; null for PRYVD_CONFIG, else the default file, which may be missing.</param>
    /// <param name="flags">Values given on the command line, by key of the setting (data_dir).</param>
    /// <param name="environment">Looks up a variable.</param>
    public static ConfigResult Load(
        string? configFile, IReadOnlyDictionary<string, IReadOnlyList<string>> flags, Func<string, string?> environment)
    {
        var named = configFile ?? environment(ConfigVariable);
        var file = named is null && !File.Exists(DaemonOptions.DefaultConfigFile)
            ? ([], [])
            : ReadFile(named ?? DaemonOptions.DefaultConfigFile);
        var merged = SettingKey.All
            .Select(key => FromFlag(key, flags) ?? FromVariable(key, environment) ?? file.Settings.FirstOrDefault(s => s.Key == key.Key))
            .OfType<Setting>()
            .ToDictionary(setting => setting.Key);
        return OptionsJudge.Judge(merged, file.Problems, Environment.MachineName);
    }

    /// <summary>What check-config calls: one file as if it were the only source.</summary>
    public static IReadOnlyList<ConfigProblem> Check(string configFile)
    {
        var (settings, problems) = ReadFile(configFile);
        return OptionsJudge.Judge(settings.ToDictionary(setting => setting.Key), problems, Environment.MachineName).Problems;
    }

    private static (IReadOnlyList<Setting> Settings, IReadOnlyList<ConfigProblem> Problems) ReadFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var reader = new StreamReader(stream);
            var text = new char[ConfigFile.MaxLength + 1];
            var length = reader.ReadBlock(text);
            return ConfigFile.Read(path, new string(text, 0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], [new ConfigProblem(path, $"the file cannot be read: {e.Message}")]);
        }
    }

    // A path on the command line is meant from where the command is given.
    private static Setting? FromFlag(SettingKey key, IReadOnlyDictionary<string, IReadOnlyList<string>> flags) =>
        flags.TryGetValue(key.Key, out var values) && values.Count > 0
            ? new Setting(key.Key, values.Select(value => new SettingItem(Resolve(key, value), key.Flag)).ToList())
            : null;

    private static Setting? FromVariable(SettingKey key, Func<string, string?> environment)
    {
        if (environment(key.Variable) is not { Length: > 0 } value)
        {
            return null;
        }

        var isMany = key.Shape is SettingShape.List or SettingShape.Map;
        string[] values = isMany ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value];
        return new Setting(key.Key, values.Select(one => new SettingItem(Resolve(key, one), key.Variable)).ToList());
    }

    private static string Resolve(SettingKey key, string value) =>
        key.Shape == SettingShape.Path && value.Length > 0 ? Path.GetFullPath(value) : value;
}

namespace Pryvd.Hosting;

/// <summary>What one source says of one setting.</summary>
/// <param name="Key">As in the file.</param>
/// <param name="Items">One for a text or path; any number for a list; NAME=VALUE for each pair of a map.</param>
public sealed record Setting(string Key, IReadOnlyList<SettingItem> Items);

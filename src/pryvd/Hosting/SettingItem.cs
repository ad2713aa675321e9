namespace Pryvd.Hosting;

/// <summary>One value as it was written.</summary>
/// <param name="Text">The value.</param>
/// <param name="Where">For people: file, line and column, or the flag, or the variable.</param>
public sealed record SettingItem(string Text, string Where);

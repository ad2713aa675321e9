namespace Pryvd.Model.Rows;

/// <summary>One row to be put, or deleted when <paramref name="Value"/> is null.</summary>
/// <param name="Value">Canonical JSON in UTF-8: the same record is the same bytes on every node.</param>
/// <param name="IsNew">The key was never used before; the store need not look for an old value.</param>
public readonly record struct RowChange(Table Table, string Key, byte[]? Value, bool IsNew);

namespace Pryvd.Model.Rows;

/// <summary>One row to be put, or deleted when <paramref name="Content"/> is null.</summary>
/// <param name="IsNew">The key was never used before; the store need not look for an old value.</param>
public readonly record struct RowChange(Table Table, string Key, RowContent? Content, bool IsNew);

namespace Pryvd.Model.Rows;

/// <summary>A stored row is not what this code ever writes.</summary>
public sealed class RowDamageException(string what) : Exception(what);

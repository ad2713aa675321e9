namespace Pryvd.Store;

/// <summary>How a database file is opened.</summary>
internal enum DatabaseMode
{
    /// <summary>Made when it is not there.</summary>
    Create,

    ReadWrite,

    /// <summary>A file that nobody writes; no journal is looked for and none is made.</summary>
    Frozen,
}

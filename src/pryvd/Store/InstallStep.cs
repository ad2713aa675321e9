namespace Pryvd.Store;

/// <summary>The steps in which a received snapshot takes the place of the state.</summary>
internal enum InstallStep
{
    Verified,
    Moved,
    Switched,
    Reopened,
    Deleted,
}

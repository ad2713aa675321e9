namespace Pryvd.Commands;

/// <summary>Versions of the command set.</summary>
public static class CommandVersions
{
    /// <summary>The highest that this build knows. A command that needs more stops this node's applying.</summary>
    public const uint Known = 1;
}

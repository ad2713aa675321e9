namespace Pryvd.Health;

/// <summary>How a node's silence is taken.</summary>
public enum Liveness
{
    Alive,

    /// <summary>In the view only.</summary>
    Suspect,
    Unreachable,
    Dead,
}

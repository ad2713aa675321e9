namespace Pryvd.Planning;

/// <summary>What the plan does with an instance; each has exactly one.</summary>
public enum Bucket
{
    /// <summary>All is as it should be.</summary>
    Keep,

    /// <summary>It is not there and shall not be: its component is stopped.</summary>
    Ignore,

    /// <summary>There is one too many, and it does not run: its assignment goes.</summary>
    Remove,

    /// <summary>It shall not run where it is.</summary>
    Stop,

    /// <summary>Its node is dead or gone, and it keeps nothing there: another node gets it.</summary>
    ReplaceFromDead,

    /// <summary>It has no node yet.</summary>
    Place,

    /// <summary>Its node is to be emptied, or does not fit its new spec.</summary>
    Move,

    /// <summary>It is stopped and shall run again.</summary>
    Start,

    /// <summary>It runs an older spec.</summary>
    Update,

    /// <summary>Its data is on a node that is away, or that is to be emptied (R3).</summary>
    WaitForHome,

    /// <summary>Its data is gone; a person decides (invariant 11).</summary>
    Lost,

    /// <summary>Something must end or begin first.</summary>
    Wait,
}

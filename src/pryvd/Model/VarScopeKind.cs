namespace Pryvd.Model;

/// <summary>What a variable is set for, from the weakest to the strongest.</summary>
public enum VarScopeKind
{
    Cluster,
    Group,
    Node,
    Component,
}

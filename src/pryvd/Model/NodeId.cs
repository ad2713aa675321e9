namespace Pryvd.Model;

/// <summary>Names a node for as long as its certificate lives; it outlives a disk and a member id.</summary>
public readonly record struct NodeId(string Value)
{
    public override string ToString() => Value;
}

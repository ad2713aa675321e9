namespace Pryvd.Model;

/// <summary>What a variable is set for: <c>cluster</c>, <c>group/G</c>, <c>node/N</c> or <c>component/C</c>.</summary>
public readonly record struct VarScope(VarScopeKind Kind, string Name) : IComparable<VarScope>
{
    public static readonly VarScope Cluster = new(VarScopeKind.Cluster, "");

    public static VarScope OfGroup(string name) => new(VarScopeKind.Group, name);

    public static VarScope OfNode(string name) => new(VarScopeKind.Node, name);

    public static VarScope OfComponent(string name) => new(VarScopeKind.Component, name);

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out VarScope scope)
    {
        scope = Cluster;
        if (text == "cluster")
        {
            return true;
        }

        var slash = text.IndexOf('/');
        if (slash < 0 || KindOf(text[..slash]) is not { } kind)
        {
            return false;
        }

        scope = new VarScope(kind, text[(slash + 1)..]);
        return Names.IsName(scope.Name);
    }

    public int CompareTo(VarScope other)
    {
        var kinds = Kind.CompareTo(other.Kind);
        return kinds != 0 ? kinds : string.CompareOrdinal(Name, other.Name);
    }

    public override string ToString() => Kind switch
    {
        VarScopeKind.Cluster => "cluster",
        VarScopeKind.Group => "group/" + Name,
        VarScopeKind.Node => "node/" + Name,
        _ => "component/" + Name,
    };

    private static VarScopeKind? KindOf(string word) => word switch
    {
        "group" => VarScopeKind.Group,
        "node" => VarScopeKind.Node,
        "component" => VarScopeKind.Component,
        _ => null,
    };
}

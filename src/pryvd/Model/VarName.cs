namespace Pryvd.Model;

/// <summary>A variable's scope and key. Neither can hold a colon, so <c>SCOPE:KEY</c> names it in one piece.</summary>
public readonly record struct VarName(VarScope Scope, string Key) : IComparable<VarName>
{
    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out VarName name)
    {
        var colon = text.IndexOf(':');
        name = default;
        if (colon < 0 || !VarScope.TryParse(text[..colon], out var scope))
        {
            return false;
        }

        name = new VarName(scope, text[(colon + 1)..]);
        return Names.IsKey(name.Key);
    }

    public int CompareTo(VarName other)
    {
        var scopes = Scope.CompareTo(other.Scope);
        return scopes != 0 ? scopes : string.CompareOrdinal(Key, other.Key);
    }

    public override string ToString() => $"{Scope}:{Key}";
}

namespace Pryvd.Cli.Parsing;

/// <summary>Says early what is wrong with a scope; whether the group, node or component is valid is the daemon's word.</summary>
internal static class ScopeText
{
    public const string Default = "cluster";

    private static readonly string[] _kinds = ["group", "node", "component"];

    public static string? Problem(string text)
    {
        var slash = text.IndexOf('/');
        var isNamed = slash > 0 && _kinds.Contains(text[..slash]) && text.Length > slash + 1;
        return text == Default || isNamed ? null : $"'{text}' is no scope; write cluster, group/G, node/N or component/C.";
    }
}

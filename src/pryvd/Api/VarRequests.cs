using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>What requests say of variables, checked by the rules of the commands before anything is asked of the leader.</summary>
internal static class VarRequests
{
    private const string DefaultScope = "cluster";

    private static readonly char[] JsonWhiteSpace = [' ', '\t', '\r', '\n'];

    public static VarName Name(string scope, string key) =>
        VarWrites.CheckName(ScopeOr(scope, DefaultScope), key, out var name) is { } refusal ? throw Errors.Invalid(refusal.Message) : name;

    public static VarScope Scope(string scope) => VarScope.TryParse(scope, out var parsed)
        ? parsed
        : throw Errors.Invalid($"'{Clip.To(scope, Names.MaxName)}' is no scope; it is cluster, group/G, node/N or component/C.");

    /// <summary>The writes in the clear, in the order asked.</summary>
    public static List<VarWrite> Writes(SetVarsRequest request)
    {
        if (request.Vars.Count is 0 or > Limits.WritesInCommand)
        {
            throw Errors.Invalid($"A request sets from 1 to {Limits.WritesInCommand} variables, not {request.Vars.Count}.");
        }

        var writes = request.Vars.Select(item => Write(request, item)).ToList();
        return writes.GroupBy(write => (write.Scope, write.Key)).FirstOrDefault(same => same.Skip(1).Any()) is { } twice
            ? throw Errors.Invalid($"{twice.Key.Key} in scope {twice.Key.Scope} is set twice in one request; say which value it is to have.")
            : writes;
    }

    /// <summary>Variables in the scope of a node.</summary>
    public static List<VarWrite> Writes(string node, IEnumerable<KeyValuePair<string, string>> vars) =>
        [.. vars.Select(item => Checked(Name(VarScope.OfNode(node).ToString(), item.Key), item.Value))];

    private static VarWrite Write(SetVarsRequest request, VarAssignment item)
    {
        var write = Checked(Name(ScopeOr(item.Scope, request.Scope), item.Key), item.Json);
        if (item.HasIfVersion)
        {
            write.IfVersion = item.IfVersion >= 0
                ? item.IfVersion
                : throw Errors.Invalid($"{item.Key} cannot have version {item.IfVersion}; versions count from 1, and 0 demands that it does not exist.");
        }

        return write;
    }

    private static VarWrite Checked(VarName name, string json)
    {
        var write = new VarWrite { Scope = name.Scope.ToString(), Key = name.Key, Json = json.Trim(JsonWhiteSpace) };
        return VarWrites.CheckValue(name, write) is { } refusal ? throw Errors.Invalid(refusal.Message) : write;
    }

    private static string ScopeOr(string scope, string otherwise) => scope.Length > 0 ? scope : otherwise;
}

using Pryv.V1;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>Variables as the API shows them: secrets masked.</summary>
internal static class VarMessages
{
    public static Var Of(ExtraVar item) => new()
    {
        Key = item.Name.Key,
        Scope = item.Name.Scope.ToString(),
        Json = item.Shown.ToString(),
        Version = item.Version,
        Secret = item.IsSecret,
        Index = item.Index.Value,
        TimeMs = item.TimeMs,
        Actor = item.Actor.ToString(),
    };

    /// <summary>Bytes in a reply, at most, if the value is shown.</summary>
    public static int Size(ExtraVar item) => Of(item).CalculateSize() + item.Sealed.Length;
}

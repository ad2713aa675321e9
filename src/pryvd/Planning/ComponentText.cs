using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>States as sentences name them.</summary>
internal static class ComponentText
{
    public static string Of(InstanceState state) => state switch
    {
        InstanceState.CrashLoop => "in a crash loop",
        InstanceState.Backoff => "crashing",
        InstanceState.DataLost => "without its data",
        _ => state.ToString().ToLowerInvariant(),
    };
}

using System.Reflection;

namespace Pryvd.Hosting;

/// <summary>The version of this build, as it was made from the git tag.</summary>
internal static class ProgramVersion
{
    public static string Full { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Benchmarks.Products;

/// <summary>Both products run with their defaults: nothing of this environment configures them.</summary>
internal static class CleanEnvironment
{
    private static readonly string[] Prefixes = ["PRYVD_", "ETCD_"];

    public static void Give(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(k => Prefixes.Any(p => k.StartsWith(p, StringComparison.Ordinal))).ToList())
        {
            start.Environment.Remove(name);
        }

        // The runtime may be one that is not installed for the whole machine.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
    }
}

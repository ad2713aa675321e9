using Simulation;

namespace EndToEnd.Faults.Recording;

/// <summary>
/// Judges what clients saw. Versions, which writes and reads bring along, tie the operations together before the search: a
/// write replaced what has the version before, and a write without an answer had happened when someone saw its version.
/// </summary>
internal static class Verdict
{
    public static void RequireLinearizable(IEnumerable<Seen> history)
    {
        foreach (var register in history.GroupBy(s => s.Key))
        {
            var operations = Operations([.. register]);
            Assert.True(
                Linearizability.Holds(operations),
                $"not linearizable:\n  {string.Join("\n  ", register.OrderBy(s => s.Begin).Select(s => s.ToString()))}");
        }
    }

    /// <summary>The operations of one register for the checker.</summary>
    public static IReadOnlyList<Operation> Operations(IReadOnlyList<Seen> register)
    {
        var values = new Dictionary<long, long> { [0] = 0 };
        foreach (var seen in register.Where(s => s.Version is not null))
        {
            var version = seen.Version!.Value;
            Assert.True(values.TryAdd(version, seen.Value) || values[version] == seen.Value, $"version {version} has two values: {seen} and {values[version]}");
        }

        var versions = values.ToDictionary(v => v.Value, v => v.Key);
        return [.. register.Select(seen => Operation(seen, register, values, versions))];
    }

    private static Operation Operation(Seen seen, IReadOnlyList<Seen> register, Dictionary<long, long> values, Dictionary<long, long> versions)
    {
        if (!seen.IsWrite)
        {
            return new Operation(seen.Key, false, seen.Value, null, seen.Begin, seen.End);
        }

        if (!versions.TryGetValue(seen.Value, out var version))
        {
            return new Operation(seen.Key, true, seen.Value, null, seen.Begin, seen.End);
        }

        var end = seen.End == long.MaxValue ? register.Where(s => s.Version >= version).Min(s => s.End) : seen.End;
        long? before = values.TryGetValue(version - 1, out var value) ? value : null;
        return new Operation(seen.Key, true, seen.Value, before, seen.Begin, end);
    }
}

using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace Pryvd.Tests.Fuzz;

/// <summary>How long to fuzz: a fixed number of seeds, or as many as FUZZ_SECONDS have room for, or the one that FUZZ_SEED names.</summary>
internal static class FuzzRuns
{
    public static async Task EachAsync(int seeds, Func<Random, Task> run)
    {
        if (Setting("FUZZ_SEED") is { } one)
        {
            await OneAsync(one, run);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var time = TimeSpan.FromSeconds(Setting("FUZZ_SECONDS") ?? 0);
        for (var seed = 0; seed < seeds || Stopwatch.GetElapsedTime(started) < time; seed++)
        {
            await OneAsync(seed, run);
        }
    }

    public static Task EachAsync(int seeds, Action<Random> run) => EachAsync(seeds, random =>
    {
        run(random);
        return Task.CompletedTask;
    });

    private static async Task OneAsync(int seed, Func<Random, Task> run)
    {
        try
        {
            await run(new Random(seed));
        }
        catch (Exception failure)
        {
            throw new XunitException($"FUZZ_SEED={seed}: {failure.Message}", failure);
        }
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}

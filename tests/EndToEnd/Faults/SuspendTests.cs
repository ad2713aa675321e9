using System.Diagnostics;
using System.Globalization;
using EndToEnd.Faults.Lab;
using EndToEnd.Faults.Recording;
using EndToEnd.Harness;
using Grpc.Core;
using Pryv.V1;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>Invariant 6, M7: a leader that slept wakes up and believes that it still leads.</summary>
[Trait("Category", "Faults")]
public sealed class SuspendTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int Questions = 16;

    /// <summary>As long as SUSPEND_SECONDS says (60, say), or as long as it takes the others to go on without it.</summary>
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("SUSPEND_SECONDS") ?? "2", CultureInfo.InvariantCulture));

    [Fact]
    public async Task M7_an_old_leader_that_wakes_answers_what_it_was_asked_in_its_sleep_with_what_was_written_meanwhile_or_not_at_all()
    {
        await Nodes.FormThreeAsync();
        var old = await Nodes.LeaderAsync();
        var others = Nodes.Others(old);
        (await old.Cli("var", "set", "asked=1")).Ok();
        await using var recorder = new Recorder(Nodes.Nodes);
        await recorder.MoreWritesAsync(100);

        var asleep = Stopwatch.GetTimestamp();
        old.Pause();
        await recorder.MoreWritesAsync(100);
        await Until.Holds("it has slept long enough", () => Task.FromResult(Stopwatch.GetElapsedTime(asleep) > Sleep), Sleep + Until.Patience);
        (await others[0].Cli("var", "set", "asked=2")).Ok();
        var answers = Enumerable.Range(0, Questions).Select(_ => AskAsync(old)).ToList();
        old.Resume();
        var woken = Stopwatch.GetTimestamp();
        Assert.All(await Task.WhenAll(answers), answer => Assert.True(answer is null or "2", $"it answered {answer}"));

        await Until.Holds("it follows", async () => await old.TryStatusAsync() is { Quorum: true } status && status.Leader != old.Name);
        Measured("awake to following", Stopwatch.GetElapsedTime(woken));
        await recorder.MoreWritesAsync(50);
        await recorder.JudgeAsync();
        await Nodes.SameDigestAsync();
        Output.WriteLine(recorder.Summary());
    }

    private static async Task<string?> AskAsync(EndToEnd.Harness.Node node)
    {
        try
        {
            var request = new GetVarRequest { Scope = "cluster", Key = "asked", Mode = new ReadMode() };
            return (await node.Vars.GetVarAsync(request, deadline: DateTime.UtcNow + Until.Patience)).Var.Json;
        }
        catch (RpcException)
        {
            return null;
        }
    }
}

using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>A test with a cluster of its own; the daemons' logs are shown when it fails.</summary>
[Collection(nameof(RealDaemons))]
public abstract class ClusterTest(ITestOutputHelper output) : IDisposable
{
    protected TestCluster Nodes { get; } = new(output);

    protected ITestOutputHelper Output { get; } = output;

    public void Dispose()
    {
        Nodes.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A number for the people who read the run.</summary>
    protected void Measured(string what, TimeSpan time) => Output.WriteLine($"MEASURED {what}: {time.TotalMilliseconds:F0} ms");
}

using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>A test with a cluster of its own; the daemons' logs are shown when it fails.</summary>
[Collection(nameof(RealDaemons))]
public abstract class ClusterTest(ITestOutputHelper output) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    protected TestCluster Nodes { get; } = new(output);

    protected ITestOutputHelper Output { get; } = output;

    public void Dispose()
    {
        try
        {
            Nodes.Dispose();
        }
        finally
        {
            _owned.ForEach(o => o.Dispose());
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>What the daemons stand on, a disk or a network: taken away after they have ended.</summary>
    protected T Own<T>(T ground)
        where T : IDisposable
    {
        _owned.Add(ground);
        return ground;
    }

    /// <summary>A number for the people who read the run.</summary>
    protected void Measured(string what, TimeSpan time) => Output.WriteLine($"MEASURED {what}: {time.TotalMilliseconds:F0} ms");
}

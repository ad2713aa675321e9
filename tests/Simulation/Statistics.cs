namespace Simulation;

/// <summary>How much happened, so that a run in which nothing does is noticed.</summary>
public sealed class Statistics
{
    private readonly List<string> _failures = [];
    private int _runs;
    private int _elections;
    private int _reads;
    private int _writes;
    private long _committed;

    public int Writes => _writes;

    /// <summary>What the runs that failed said.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public void Run(ulong seed)
    {
        var run = new SimRun(SimOptions.FromSeed(seed));
        try
        {
            run.Run();
            Add(run);
        }
        catch (SimulationException broken)
        {
            _failures.Add(broken.Message);
        }
    }

    public override string ToString() =>
        $"a run has {_elections / (double)Math.Max(1, _runs):F1} leaders, {_committed / Math.Max(1, _runs)} entries, {_reads / Math.Max(1, _runs)} reads and {_writes / Math.Max(1, _runs)} writes";

    private void Add(SimRun run)
    {
        _runs++;
        _elections += run.Cluster.Checks.Elections;
        _reads += run.Cluster.History.Reads;
        _writes += run.Cluster.History.Writes;
        _committed += run.Cluster.Checks.Ledger.Last.Value;
    }
}

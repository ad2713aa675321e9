namespace Simulation;

/// <summary>What all clients saw.</summary>
public sealed class History
{
    private readonly List<Operation> _operations = [];

    public IReadOnlyList<Operation> Operations => _operations;

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    public void Add(Operation operation)
    {
        _operations.Add(operation);
        Reads += operation.IsWrite ? 0 : 1;
        Writes += operation is { IsWrite: true, IsOpen: false } ? 1 : 0;
    }

    /// <summary>Registers do not see each other, so each is judged for itself (Herlihy and Wing, theorem 1: linearizability is local).</summary>
    public void RequireLinearizable()
    {
        foreach (var register in _operations.GroupBy(o => o.Key).OrderBy(g => g.Key))
        {
            SimulationException.Require(
                Linearizability.Holds(register),
                $"not linearizable, key {register.Key}:\n  {string.Join("\n  ", register.OrderBy(o => o.Begin))}");
        }
    }
}

namespace Simulation;

/// <summary>
/// Judges a history of one register: is there an order of the operations, each somewhere between its begin and end, in
/// which every read sees the last write and every write replaces what it says? The search is Wing and Gong's with Lowe's
/// memory ("Testing for linearizability", 2017): what has been placed and the value then tell whether it has been tried.
/// </summary>
public static class Linearizability
{
    public static bool Holds(IEnumerable<Operation> history)
    {
        var all = history.ToList();
        var seen = all.Where(o => !o.IsWrite || o.Before is not null).Select(o => o.IsWrite ? o.Before!.Value : o.Value).ToHashSet();

        // A write without an answer that nobody saw constrains nothing: it may never have happened.
        var operations = all.Where(o => !o.IsOpen || (o.IsWrite && seen.Contains(o.Value))).OrderBy(o => o.Begin).ToArray();
        return new Search(operations).Run();
    }

    /// <summary>A depth-first search with a stack of its own, for histories are longer than call stacks are deep.</summary>
    private sealed class Search(Operation[] operations)
    {
        private readonly HashSet<(UInt128 Placed, int First, long Value)> _tried = [];
        private readonly Stack<State> _states = new();

        public bool Run()
        {
            _states.Push(new State(0, UInt128.Zero, 0));
            while (_states.TryPop(out var state))
            {
                if (state.First == operations.Length)
                {
                    return true;
                }

                if (_tried.Add((state.Placed, state.First, state.Value)))
                {
                    PushNext(state);
                }
            }

            return false;
        }

        /// <summary>Next may come whatever began before the first end among those not yet placed.</summary>
        private void PushNext(State state)
        {
            var deadline = long.MaxValue;
            for (var i = state.First; i < operations.Length && operations[i].Begin <= deadline; i++)
            {
                if (state.Has(i))
                {
                    continue;
                }

                deadline = Math.Min(deadline, operations[i].End);
                if (Fits(operations[i], state.Value))
                {
                    _states.Push(state.Place(i, operations[i]));
                }
            }
        }

        private static bool Fits(Operation operation, long value) => operation.IsWrite
            ? operation.Before is null || operation.Before == value
            : operation.Value == value;
    }

    /// <param name="First">The first operation that is not placed; all before it are.</param>
    /// <param name="Placed">Which of the 128 from <paramref name="First"/> on are placed.</param>
    private readonly record struct State(int First, UInt128 Placed, long Value)
    {
        private const int Window = 128;

        public bool Has(int operation) => operation - First < Window && (Placed >> (operation - First) & 1) == 1;

        public State Place(int operation, Operation placed)
        {
            SimulationException.Require(operation - First < Window, "more operations overlap than the checker can hold");
            var next = Placed | (UInt128.One << (operation - First));
            var first = First;
            while ((next & 1) == 1)
            {
                next >>= 1;
                first++;
            }

            return new State(first, next, placed.IsWrite ? placed.Value : Value);
        }
    }
}

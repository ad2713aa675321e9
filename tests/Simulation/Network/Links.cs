namespace Simulation;

/// <summary>Which machine can reach which; every direction for itself.</summary>
public sealed class Links
{
    private readonly HashSet<(int From, int To)> _cut = [];

    public bool AreWhole => _cut.Count == 0;

    public bool Reaches(int from, int to) => !_cut.Contains((from, to));

    public void Heal() => _cut.Clear();

    public void CutOneWay(int from, int to) => _cut.Add((from, to));

    /// <summary>Cuts both ways between the machines of the two sets.</summary>
    public void Part(IReadOnlyCollection<int> left, IReadOnlyCollection<int> right)
    {
        foreach (var (one, other) in left.SelectMany(_ => right, (one, other) => (one, other)))
        {
            _cut.Add((one, other));
            _cut.Add((other, one));
        }
    }
}

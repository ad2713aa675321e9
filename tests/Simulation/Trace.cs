using System.Globalization;

namespace Simulation;

/// <summary>What happened, for people. Lines are made only when somebody wants to read them; every happening goes into the fingerprint, which tells whether two runs were the same.</summary>
public sealed class Trace(Heart heart, bool isOn)
{
    private const int MaxLines = 200_000;

    private readonly Queue<string> _lines = new();

    public bool IsOn => isOn;

    public ulong Fingerprint { get; private set; } = 14695981039346656037UL;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Time in ticks, who, what.</summary>
    public void Add(string who, string what)
    {
        if (!isOn)
        {
            return;
        }

        var time = (heart.Now / (double)SimOptions.Tick).ToString("F3", CultureInfo.InvariantCulture);
        _lines.Enqueue($"{time,10} {who,-4} {what}");
        if (_lines.Count > MaxLines)
        {
            _lines.Dequeue();
        }
    }

    public void Mark(ulong happening) => Fingerprint = (Fingerprint ^ happening ^ (ulong)heart.Now) * 1099511628211UL;
}

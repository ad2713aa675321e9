namespace EndToEnd.Harness;

/// <summary>What a daemon printed over all its runs; the newest lines, bounded.</summary>
public sealed class NodeLog
{
    private const int MaxLines = 20_000;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    public void Add(string? line)
    {
        lock (_gate)
        {
            if (line is not null)
            {
                _lines.Enqueue(line);
            }

            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }
    }

    public IReadOnlyList<string> Read()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }

    /// <summary>The newest lines without the audit of the calls that succeeded, of which a test makes thousands.</summary>
    public IEnumerable<string> Tail(int count) =>
        Read().Where(line => !(line.Contains("[audit]", StringComparison.Ordinal) && line.Contains(": OK in ", StringComparison.Ordinal))).TakeLast(count);

    public bool Holds(string text) => Read().Any(line => line.Contains(text, StringComparison.Ordinal));
}

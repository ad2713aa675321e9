using System.Diagnostics;
using System.Text.Json;

namespace EndToEnd.Harness;

/// <summary>A running <c>pryvd event watch</c>, with the positions that it has printed.</summary>
public sealed class CliWatch : IDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _positions = [];
    private readonly List<string> _notes = [];

    public CliWatch(Node node, string since)
    {
        _process = PryvdProgram.Start(["event", "watch", "--since", since, "-o", "json", "--socket", node.Socket]);
        Orphans.Adopt(_process);
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Positions
    {
        get
        {
            lock (_gate)
            {
                return [.. _positions];
            }
        }
    }

    /// <summary>For the message of a test that fails: how far it came, whether it still runs, and what it said.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var state = _process.HasExited ? $"ended with {_process.ExitCode}" : "runs";
            return $"the watch of process {_process.Id} {state} after {_positions.Count} events, the last {_positions.LastOrDefault()}; it said: {string.Join(" | ", _notes)}";
        }
    }

    /// <summary>Ctrl-C; the exit code.</summary>
    public async Task<int> InterruptAsync()
    {
        Signals.Send(_process, Signals.Interrupt);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                _notes.Add(line);
            }
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        using var json = JsonDocument.Parse(line);
        lock (_gate)
        {
            _positions.Add(json.RootElement.GetProperty("position").GetString()!);
        }
    }
}

using System.Text;
using Pryv.Consensus.Running;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Pryvd.Hosting;

/// <summary>
/// Writes log entries on a thread of its own, as many at a time as have come in within a moment, so that a busy node does not pay
/// a wake-up and a system call for each write it audits. Nothing is dropped: who logs waits while the bounded queue is full.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private const int Capacity = 16 * 1024;
    private const int BufferCharacters = 32 * 1024;

    /// <summary>For how long entries gather.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly object _gate = new();
    private readonly ITextFormatter _formatter;
    private readonly StreamWriter _output;
    private readonly Thread _thread;
    private List<LogEvent> _waiting = [];
    private bool _stopped;

    public BackgroundSink(ITextFormatter formatter, Stream output)
    {
        _formatter = formatter;
        _output = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferCharacters, leaveOpen: true);
        _thread = BackgroundThread.Start("log", Run);
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            while (_waiting.Count >= Capacity && !_stopped)
            {
                Monitor.PulseAll(_gate);
                Monitor.Wait(_gate);
            }

            if (_stopped)
            {
                return;
            }

            _waiting.Add(logEvent);
            if (_waiting.Count == 1)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Returns when all that was logged is written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        var entries = new List<LogEvent>();
        while (Take(ref entries))
        {
            Write(entries);
            entries.Clear();
        }
    }

    /// <summary>All that waits, after a moment for more; false at the end.</summary>
    private bool Take(ref List<LogEvent> entries)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_stopped)
            {
                Monitor.Wait(_gate);
            }

            var until = Environment.TickCount64 + (long)Moment.TotalMilliseconds;
            while (!_stopped && _waiting.Count < Capacity && until - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)left);
            }

            (entries, _waiting) = (_waiting, entries);
            Monitor.PulseAll(_gate);
            return entries.Count > 0;
        }
    }

    private void Write(List<LogEvent> entries)
    {
        try
        {
            foreach (var entry in entries)
            {
                _formatter.Format(entry, _output);
            }

            _output.Flush();
        }
        catch (IOException)
        {
            // Whoever read the log has gone, or its disk is full: the daemon goes on without.
        }
    }
}

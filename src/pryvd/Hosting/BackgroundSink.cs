using System.Text;
using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Pryvd.Hosting;

/// <summary>
/// Writes log entries on a thread of its own, as many at a time as have come in, so that a busy node does not pay a system
/// call for each write it audits. Nothing is dropped: who logs waits while the bounded queue is full.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private const int Capacity = 16 * 1024;
    private const int FlushCharacters = 64 * 1024;

    private readonly Channel<LogEvent> _entries = Channel.CreateBounded<LogEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly ITextFormatter _formatter;
    private readonly Stream _output;
    private readonly Thread _thread;

    public BackgroundSink(ITextFormatter formatter, Stream output)
    {
        (_formatter, _output) = (formatter, output);
        _thread = new Thread(Run) { Name = "log", IsBackground = true };
        _thread.Start();
    }

    public void Emit(LogEvent logEvent)
    {
        if (!_entries.Writer.TryWrite(logEvent) && !_entries.Reader.Completion.IsCompleted)
        {
            _entries.Writer.WriteAsync(logEvent).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Returns when all that was logged is written.</summary>
    public void Dispose()
    {
        _entries.Writer.TryComplete();
        _thread.Join();
    }

    private void Run()
    {
        var text = new StringWriter();
        while (_entries.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_entries.Reader.TryRead(out var entry))
            {
                _formatter.Format(entry, text);
                if (text.GetStringBuilder().Length > FlushCharacters)
                {
                    Flush(text);
                }
            }

            Flush(text);
        }
    }

    private void Flush(StringWriter text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        text.GetStringBuilder().Clear();
        try
        {
            _output.Write(bytes);
            _output.Flush();
        }
        catch (IOException)
        {
            // Whoever read the log has gone, or its disk is full: the daemon goes on without.
        }
    }
}

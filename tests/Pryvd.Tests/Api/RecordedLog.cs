using System.Collections.Concurrent;
using Pryvd.Hosting;
using Serilog.Core;
using Serilog.Events;

namespace Pryvd.Tests.Api;

/// <summary>Keeps every entry of the log, down to the finest, as the JSON line that the daemon would write.</summary>
internal sealed class RecordedLog : ILogEventSink
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly JsonLineFormatter _formatter = new();

    public RecordedLog() => Log = LogSetup.Configure(new(LogEventLevel.Verbose)).WriteTo.Sink(this).CreateLogger();

    public Logger Log { get; }

    public IEnumerable<string> Lines => _lines;

    public IEnumerable<string> Of(string category) => _lines.Where(line => line.Contains($"\"category\":\"{category}\"", StringComparison.Ordinal));

    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        _formatter.Format(logEvent, line);
        _lines.Enqueue(line.ToString());
    }
}
